package io.canarygateway.benchmarks;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Measures a good client of a daemon, and the daemon's process, while bad clients send garbage or
 * stay silent. The good client asks one question after the other.
 *
 * <p>{@code SocketAbuse PATH PID one|kept [SILENT [SECONDS]]}; the daemon's rollout must be 0.5.
 */
public final class SocketAbuse {

  private static final long GARBAGE_BYTES = 10_000_000;
  private static final int GARBAGE_CONNECTIONS = 64;
  private static final int SMALL = 100;
  private static final int LARGE = 65_536;

  private final UnixDomainSocketAddress address;
  private final long pid;
  private final GoodClient good;
  private final ByteBuffer bin = ByteBuffer.allocateDirect(LARGE);
  private final boolean kept;
  private long opened;
  private long highestRss;

  private SocketAbuse(Path socket, long pid, boolean kept) {
    this.address = UnixDomainSocketAddress.of(socket);
    this.pid = pid;
    this.kept = kept;
    this.good = new GoodClient(socket, kept);
  }

  /** Runs all kinds of abuse in turn. */
  public static void main(String[] args) throws IOException {
    boolean kept = args[2].equals("kept");
    SocketAbuse abuse = new SocketAbuse(Path.of(args[0]), Long.parseLong(args[1]), kept);
    abuse.run(
        args.length > 3 ? Integer.parseInt(args[3]) : 10_000,
        args.length > 4 ? Long.parseLong(args[4]) : 20);
  }

  /** An action of bad clients. It returns the number of bytes sent. */
  private interface Deed {
    long commit() throws IOException;
  }

  private void run(int silent, long seconds) throws IOException {
    Thread thread = new Thread(good, "good-client");
    thread.setDaemon(true);
    thread.start();
    quiet(seconds / 2); // Warms up the daemon and this program.
    System.out.printf(
        "%-32s %11s %11s %9s %8s %8s %9s %8s%n",
        kept ? "kept connections" : "one line a connection",
        "bad bytes",
        "bad conns",
        "good req",
        "p99 ms",
        "worst ms",
        "failures",
        "RSS MB");
    during("nobody else", () -> quiet(seconds / 4));
    byte[] noise = new byte[LARGE];
    new Random(1).nextBytes(noise);
    byte[] unbroken = noise.clone();
    for (int i = 0; i < LARGE; i++) {
      unbroken[i] = noise[i] == '\n' ? 0 : noise[i];
    }
    byte[] newlines = new byte[LARGE];
    Arrays.fill(newlines, (byte) '\n');
    during("garbage without newlines, 64 KiB", () -> garbage(unbroken, LARGE, true));
    during("garbage without newlines, 100 B", () -> garbage(unbroken, SMALL, true));
    during("garbage with newlines, 64 KiB", () -> garbage(noise, LARGE, true));
    during("garbage with newlines, 100 B", () -> garbage(noise, SMALL, true));
    during("newlines alone, 64 KiB", () -> garbage(newlines, LARGE, true));
    if (kept) {
      during("newlines, answers left unread", () -> garbage(newlines, LARGE, false));
    }
    during(silent + " silent connections", () -> silence(silent, seconds));
    during("nobody else", () -> quiet(seconds / 4));
  }

  private void during(String what, Deed deed) throws IOException {
    opened = 0;
    highestRss = 0;
    good.begin();
    long bytes = deed.commit();
    Latencies latencies = good.end();
    watch();
    System.out.printf(
        Locale.ROOT,
        "%-32s %11d %11d %9d %8.2f %8.2f %9d %8d%n",
        what,
        bytes,
        opened,
        latencies.count(),
        latencies.percentile(99) / 1e6,
        latencies.worst() / 1e6,
        good.failures(),
        highestRss / 1024);
  }

  private void watch() throws IOException {
    String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"));
    String line = status.lines().filter(l -> l.startsWith("VmRSS")).findFirst().orElseThrow();
    highestRss = Math.max(highestRss, Long.parseLong(line.replaceAll("\\D", "")));
  }

  private static long quiet(long seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < end) {
      try {
        TimeUnit.MILLISECONDS.sleep(10);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return 0;
  }

  private void open(Selector selector, int interest, @Nullable Object attachment)
      throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.configureBlocking(false);
    try {
      // The backlog is full; a later connection may succeed.
      if (channel.connect(address)) {
        channel.register(selector, interest, attachment);
        opened++;
        return;
      }
    } catch (IOException e) {
      // Treated as a full backlog.
    }
    channel.close();
  }

  /**
   * Sends garbage in pieces over many connections: 10 million bytes, and for at least two seconds.
   */
  private long garbage(byte[] bytes, int piece, boolean reading) throws IOException {
    long sent = 0;
    long start = System.nanoTime();
    long enough = start + TimeUnit.SECONDS.toNanos(2);
    long giveUp = start + TimeUnit.SECONDS.toNanos(20);
    int interest = (reading ? SelectionKey.OP_READ : 0) | SelectionKey.OP_WRITE;
    try (Selector selector = Selector.open()) {
      for (long now = start;
          now < giveUp && (sent < GARBAGE_BYTES || now < enough);
          now = System.nanoTime()) {
        for (int i = selector.keys().size(); i < GARBAGE_CONNECTIONS; i++) {
          open(selector, interest, ByteBuffer.wrap(bytes));
        }
        selector.select(100);
        for (SelectionKey key : selector.selectedKeys()) {
          sent += send(key, piece);
        }
        selector.selectedKeys().clear();
        selector.selectNow(); // Releases the closed channels.
      }
      watch();
      closeAll(selector);
    }
    return sent;
  }

  private long send(SelectionKey key, int piece) throws IOException {
    SocketChannel channel = (SocketChannel) key.channel();
    ByteBuffer bytes = (ByteBuffer) key.attachment();
    long sent = 0;
    try {
      if (key.isReadable() && channel.read(bin.clear()) < 0) {
        channel.close();
        return 0;
      }
      if (key.isWritable()) {
        if (bytes.remaining() < piece) {
          bytes.clear();
        }
        bytes.limit(bytes.position() + piece);
        sent = channel.write(bytes);
        bytes.limit(bytes.capacity());
        if (!kept) {
          // Each connection sends one piece and waits for its end.
          key.interestOps(SelectionKey.OP_READ);
        }
      }
    } catch (IOException e) {
      channel.close(); // The daemon has closed the connection.
    }
    return sent;
  }

  /** Holds silent connections, and replaces those that the daemon closes. */
  private long silence(int connections, long seconds) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    long nextWatch = System.nanoTime();
    long full = 0;
    try (Selector selector = Selector.open()) {
      while (System.nanoTime() < end) {
        for (int i = selector.keys().size(); i < connections; i++) {
          open(selector, SelectionKey.OP_READ, null);
        }
        if (selector.keys().size() == connections) {
          full++;
        }
        selector.select(10);
        for (SelectionKey key : selector.selectedKeys()) {
          key.channel().close();
        }
        selector.selectedKeys().clear();
        selector.selectNow();
        if (System.nanoTime() > nextWatch) {
          watch();
          nextWatch += TimeUnit.SECONDS.toNanos(1);
        }
      }
      if (full == 0) {
        throw new IOException(connections + " connections could not be held; see ulimit -n");
      }
      closeAll(selector);
    }
    return 0;
  }

  private static void closeAll(Selector selector) throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
  }
}
