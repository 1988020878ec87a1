package io.canarygateway.daemon;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sends questions to the socket before clients know its name, so that the classes are loaded and
 * the hottest code is compiled. nginx waits 8 ms for an answer, and a cold JVM takes 100 ms. Crowds
 * of silent connections are part of it, since they run other code.
 */
final class WarmUp {

  private static final int QUESTIONS = 4_000;
  private static final long QUESTIONS_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int CROWDS = 3;
  private static final int CROWD = 1_000;
  private static final long CROWDS_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** After this time the first event loop has moved some of the silent connections. */
  private static final long CROWD_NANOS = TimeUnit.MILLISECONDS.toNanos(70);

  /** The lines of four clients: a new one, a known one, one in error, and one without a line. */
  private static final String[] LINES = {"\n", "0.25\n", "?\n", ""};

  private final UnixDomainSocketAddress address;
  private final int crowd;
  private final ByteBuffer answer = ByteBuffer.allocate(256);

  /**
   * Creates the warm-up of a server.
   *
   * @param limit the server's limit; each end of a connection is an open file of this process
   */
  WarmUp(Path socket, ConnectionLimit limit) {
    address = UnixDomainSocketAddress.of(socket);
    crowd = Math.min(CROWD, limit.connections() / 2);
  }

  /**
   * Asks for one second mostly, and for two at most. Blocks. Afterwards the server has accepted all
   * connections of the warm-up.
   *
   * @param collecting whether to collect garbage at the end, which stops the whole process for a
   *     moment
   * @throws IOException if the socket cannot be used
   */
  void run(boolean collecting) throws IOException {
    long start = System.nanoTime();
    for (int i = 0; i < QUESTIONS && System.nanoTime() - start < QUESTIONS_NANOS; i++) {
      ask(LINES[i % LINES.length]);
    }
    start = System.nanoTime();
    for (int i = 0; i < CROWDS && System.nanoTime() - start < CROWDS_NANOS; i++) {
      askInACrowd();
    }
    // Connections that were closed may still wait to be accepted; this one is accepted after them.
    ask(LINES[0]);
    // Otherwise the garbage collection after so many new classes would come with the first clients,
    // and take longer than they wait.
    if (collecting) {
      System.gc();
    }
  }

  /** Asks beside silent connections, which ask at the end, so that all of them are accepted. */
  private void askInACrowd() throws IOException {
    List<SocketChannel> silent = new ArrayList<>();
    try {
      for (int i = 0; i < crowd; i++) {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        silent.add(channel);
        channel.connect(address);
      }
      long start = System.nanoTime();
      while (System.nanoTime() - start < CROWD_NANOS) {
        ask(LINES[0]);
      }
      for (SocketChannel channel : silent) {
        ask(channel, LINES[0]);
      }
    } finally {
      for (SocketChannel channel : silent) {
        channel.close();
      }
    }
  }

  private void ask(String line) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(address);
      if (!line.isEmpty()) {
        ask(channel, line);
      }
    }
  }

  private void ask(SocketChannel channel, String line) throws IOException {
    channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
    readTwoLines(channel);
  }

  private void readTwoLines(SocketChannel channel) throws IOException {
    answer.clear();
    int lines = 0;
    int seen = 0;
    while (lines < 2 && channel.read(answer) > 0) {
      for (; seen < answer.position(); seen++) {
        lines += answer.get(seen) == '\n' ? 1 : 0;
      }
    }
  }
}
