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

/**
 * A client of a daemon that asks one question after the other, over one connection or each over one
 * of its own, and checks the answers. The daemon's rollout has to be 0.5.
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
  private SocketChannel channel;
  private long asked;
  private long answered;
  private long failures;

  /**
   * A client.
   *
   * @param kept whether its connection is kept
   * @param known whether it has an assignment already
   */
  Question(Path socket, boolean kept, boolean known) {
    this.address = UnixDomainSocketAddress.of(socket);
    this.kept = kept;
    this.known = known;
    byte[] bytes = known ? KNOWN : NEW;
    this.line = ByteBuffer.allocateDirect(bytes.length).put(bytes);
  }

  /** Asks; the selector tells when the answer comes. */
  void ask(Selector selector) {
    asked = System.nanoTime();
    answer.clear();
    try {
      if (channel == null) {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.configureBlocking(false);
        if (!channel.connect(address)) {
          throw new IOException("the daemon's backlog is full");
        }
        channel.register(selector, SelectionKey.OP_READ, this);
      }
      if (channel.write(line.rewind()) < line.capacity()) {
        throw new IOException("not written");
      }
    } catch (IOException e) {
      failures++;
      close();
    }
  }

  /** Whether the answer is all there; if not, or if it is wrong, the latter counts as a failure. */
  boolean answered() {
    try {
      int read = channel.read(answer);
      if (read > 0 && !kept) {
        read = channel.read(answer); // Most often its end has come with it.
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

  /** Both locations end alike and no assignment does: {@code r} or {@code y} and the line's end. */
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

  /** {@code 0.} and digits, and the location that goes with the first of them. */
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

  /** How long the last answer took. */
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
