package io.canarygateway.benchmarks;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client that asks a daemon one question after the other and checks the answers. It uses one
 * connection, or a new one for each question. The daemon's rollout must be 0.5.
 */
final class Question {

  private static final byte[] NEW = "\n".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] KNOWN = "0.25\n".getBytes(StandardCharsets.ISO_8859_1);
  private static final String KNOWN_ANSWER = "0.25\ncanary\n";

  private final UnixDomainSocketAddress address;
  private final boolean kept;
  private final boolean known;
  private final ByteBuffer line;
  private final ByteBuffer answer = ByteBuffer.allocateDirect(256);
  private final byte[] text = new byte[256];
  private @Nullable SocketChannel channel;
  private long asked;
  private long answered;
  private long failures;

  /**
   * Creates a client.
   *
   * @param kept whether the connection is kept
   * @param known whether the client has an assignment already
   */
  Question(Path socket, boolean kept, boolean known) {
    this.address = UnixDomainSocketAddress.of(socket);
    this.kept = kept;
    this.known = known;
    byte[] bytes = known ? KNOWN : NEW;
    this.line = ByteBuffer.allocateDirect(bytes.length).put(bytes);
  }

  /** Asks. The selector reports the answer. */
  void ask(Selector selector) {
    asked = System.nanoTime();
    answer.clear();
    try {
      SocketChannel connected = channel == null ? connect(selector) : channel;
      if (connected.write(line.rewind()) < line.capacity()) {
        throw new IOException("not written");
      }
    } catch (IOException e) {
      failures++;
      close();
    }
  }

  private SocketChannel connect(Selector selector) throws IOException {
    SocketChannel connecting = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel = connecting;
    connecting.configureBlocking(false);
    if (!connecting.connect(address)) {
      throw new IOException("the daemon's backlog is full");
    }
    connecting.register(selector, SelectionKey.OP_READ, this);
    return connecting;
  }

  /** Whether the answer is complete. A wrong or missing answer counts as a failure. */
  boolean answered() {
    try {
      SocketChannel connected = Objects.requireNonNull(channel);
      int read = connected.read(answer);
      if (read > 0 && !kept) {
        read = connected.read(answer); // Usually the end of the stream has arrived too.
      }
      if (read < 0 || kept && endsWithLocation()) {
        answered = System.nanoTime();
        check(read < 0);
        return true;
      }
      return false;
    } catch (IOException e) {
      answered = System.nanoTime();
      failures++;
      close();
      return true;
    }
  }

  /**
   * Both locations end in {@code r} or {@code y} and the end of the line; an assignment does not.
   */
  private boolean endsWithLocation() {
    int end = answer.position();
    return end > 1 && answer.get(end - 1) == '\n' && answer.get(end - 2) > '9';
  }

  private void check(boolean ended) {
    int length = answer.position();
    answer.get(0, text, 0, length);
    boolean right = known ? is(length, KNOWN_ANSWER) : isFresh(length);
    if (!right || ended == kept) {
      failures++;
      close();
    }
    if (ended) {
      close();
    }
  }

  /** Checks for {@code 0.}, digits, and the location that the first digit implies. */
  private boolean isFresh(int length) {
    int digits = 2;
    while (digits < length && text[digits] >= '0' && text[digits] <= '9') {
      digits++;
    }
    String location = text[2] < '5' ? "\ncanary\n" : "\nmaster\n";
    return digits > 2 && text[0] == '0' && text[1] == '.' && endsAt(digits, length, location);
  }

  private boolean is(int length, String expected) {
    return endsAt(0, length, expected);
  }

  private boolean endsAt(int from, int length, String end) {
    if (length - from != end.length()) {
      return false;
    }
    for (int i = 0; i < end.length(); i++) {
      if (text[from + i] != end.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The time of the last answer, in nanoseconds. */
  long nanos() {
    return answered - asked;
  }

  long failures() {
    return failures;
  }

  void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      failures++;
    }
    channel = null;
  }
}
