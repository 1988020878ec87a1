package io.canarygateway.daemon;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Asks a socket that nobody else knows yet, so that the classes are loaded and the hottest code is
 * compiled before the first client comes: nginx waits 8 milliseconds, a cold JVM takes 100.
 */
final class WarmUp {

  private static final int QUESTIONS = 4_000;
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Of a new client, a known one, one that sends what is no assignment, and one that goes away. */
  private static final String[] LINES = {"\n", "0.25\n", "?\n", ""};

  private WarmUp() {}

  /**
   * Asks for up to a second. Blocks. Afterwards the server has taken on all of its connections.
   *
   * @throws IOException if the socket cannot be asked
   */
  static void of(Path socket) throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
    ByteBuffer answer = ByteBuffer.allocate(256);
    long start = System.nanoTime();
    for (int i = 0; i < QUESTIONS && System.nanoTime() - start < LIMIT_NANOS; i++) {
      ask(address, LINES[i % LINES.length], answer);
    }
    // Those that went away may still wait to be accepted; the one that is answered came after them.
    ask(address, LINES[0], answer);
    // Else the collection that follows from loading so many classes comes with the first clients,
    // and takes longer than they wait.
    System.gc();
  }

  private static void ask(UnixDomainSocketAddress address, String line, ByteBuffer answer)
      throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(address);
      if (!line.isEmpty()) {
        channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
        readTwoLines(channel, answer.clear());
      }
    }
  }

  private static void readTwoLines(SocketChannel channel, ByteBuffer answer) throws IOException {
    int lines = 0;
    int seen = 0;
    while (lines < 2 && channel.read(answer) > 0) {
      for (; seen < answer.position(); seen++) {
        lines += answer.get(seen) == '\n' ? 1 : 0;
      }
    }
  }
}
