package io.canarygateway.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends GET requests at a fixed rate. The time of a response counts from the moment at which its
 * request was due. So a request that waits for a free connection behind slow ones counts with its
 * wait. A closed loop would send fewer requests and hide that wait.
 *
 * <p>{@code OpenLoop CONNECTIONS} reads lines {@code PORT PATH RATE SECONDS} and answers each with
 * {@code figures REQUESTS SECONDS P50 P99 P99.9 FAILURES}; times are in milliseconds.
 */
public final class OpenLoop {

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long PAUSE_NANOS = 30_000;
  private static final int BUFFER_BYTES = 65_536;

  private final List<KeptConnection> all = new ArrayList<>();
  private final Deque<KeptConnection> free = new ArrayDeque<>();
  private final Latencies latencies = new Latencies();
  private final Selector selector;
  private long failures;

  private OpenLoop(Selector selector) {
    this.selector = selector;
  }

  /** Serves commands until there are none. */
  public static void main(String[] args) throws IOException {
    int connections = Integer.parseInt(args[0]);
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] parts = line.split(" ");
      int port = Integer.parseInt(parts[0]);
      double rate = Double.parseDouble(parts[2]);
      double seconds = Double.parseDouble(parts[3]);
      System.out.println(run(port, parts[1], connections, rate, seconds));
    }
  }

  /** Measures once and returns the figures. */
  static String run(int port, String path, int connections, double rate, double seconds)
      throws IOException {
    try (Selector selector = Selector.open()) {
      OpenLoop loop = new OpenLoop(selector);
      ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
      for (int i = 0; i < connections; i++) {
        KeptConnection connection = new KeptConnection(port, path, in);
        loop.all.add(connection);
        connection.connect(selector);
      }
      loop.free.addAll(loop.all);
      long start = System.nanoTime();
      loop.send(start, (long) (rate * seconds), TimeUnit.SECONDS.toNanos(1) / rate);
      double took = (System.nanoTime() - start) / 1e9;
      for (KeptConnection connection : loop.all) {
        connection.close();
      }
      return loop.figures(took);
    }
  }

  private void send(long start, long requests, double interval) throws IOException {
    long giveUp = start + (long) (requests * interval) + PATIENCE_NANOS;
    long sent = 0;
    while (latencies.count() + failures < requests && System.nanoTime() < giveUp) {
      long due = start + (long) (sent * interval);
      while (sent < requests && due <= System.nanoTime() && !free.isEmpty()) {
        ask(free.poll(), due);
        sent++;
        due = start + (long) (sent * interval);
      }
      if (selector.selectNow(this::read) == 0) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    failures = requests - latencies.count(); // Includes requests without an answer.
  }

  private void ask(KeptConnection connection, long due) {
    try {
      connection.ask(due);
    } catch (IOException e) {
      fail(connection);
    }
  }

  private void read(SelectionKey key) {
    KeptConnection connection = (KeptConnection) key.attachment();
    try {
      if (connection.answered()) {
        latencies.add(System.nanoTime() - connection.due());
        free.add(connection);
      }
    } catch (IOException e) {
      fail(connection);
    }
  }

  /** Counts a failed request and opens the connection anew. */
  private void fail(KeptConnection connection) {
    failures++;
    free.remove(connection); // The server may have closed it between two requests.
    connection.close();
    try {
      connection.connect(selector);
      free.add(connection);
    } catch (IOException unreachable) {
      // Requests wait longer for one of the other connections, which the figures show.
    }
  }

  private String figures(double seconds) {
    return String.format(
        Locale.ROOT,
        "figures %d %.3f %.3f %.3f %.3f %d",
        latencies.count(),
        seconds,
        latencies.percentile(50) / 1e6,
        latencies.percentile(99) / 1e6,
        latencies.percentile(99.9) / 1e6,
        failures);
  }
}
