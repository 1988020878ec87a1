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

/**
 * Holds kept-alive connections that are idle after one request.
 *
 * <p>{@code IdleConnections PORT CONNECTIONS} reads lines. {@code open} opens all connections and
 * answers with the number of failures. {@code close} closes them and answers with the number that
 * the server had closed before.
 */
public final class IdleConnections {

  /**
   * Connections that are opened at the same time; fewer than the backlog of any measured server.
   */
  private static final int AT_ONCE = 64;

  private static final long PATIENCE_MS = 10_000;
  private static final int BUFFER_BYTES = 16_384;

  private final int port;
  private final int connections;
  private final Selector selector;
  private final List<KeptConnection> open = new ArrayList<>();
  private final Deque<KeptConnection> asked = new ArrayDeque<>();
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private int failed;

  private IdleConnections(int port, int connections, Selector selector) {
    this.port = port;
    this.connections = connections;
    this.selector = selector;
  }

  /** Serves commands until there are none. */
  public static void main(String[] args) throws IOException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Selector selector = Selector.open()) {
      IdleConnections idle =
          new IdleConnections(Integer.parseInt(args[0]), Integer.parseInt(args[1]), selector);
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        System.out.println(line.equals("open") ? idle.open() : idle.close());
      }
    }
  }

  private int open() throws IOException {
    failed = 0;
    int started = 0;
    while (started < connections || !asked.isEmpty()) {
      while (started < connections && asked.size() < AT_ONCE) {
        started++;
        ask(new KeptConnection(port, "/", in));
      }
      if (selector.select(this::read, PATIENCE_MS) == 0) {
        failed += asked.size();
        asked.forEach(KeptConnection::close);
        asked.clear();
      }
    }
    return failed;
  }

  private void ask(KeptConnection connection) throws IOException {
    try {
      connection.connect(selector);
      connection.ask(System.nanoTime());
      asked.add(connection);
    } catch (IOException e) {
      failed++;
      connection.close();
    }
  }

  private void read(SelectionKey key) {
    KeptConnection connection = (KeptConnection) key.attachment();
    try {
      if (connection.answered()) {
        asked.remove(connection);
        open.add(connection);
      }
    } catch (IOException e) {
      failed++;
      asked.remove(connection);
      connection.close();
    }
  }

  /** A connection that is readable while idle has been closed by the server. */
  private int close() throws IOException {
    int lost = selector.selectNow(key -> {});
    open.forEach(KeptConnection::close);
    open.clear();
    selector.selectNow(); // Lets go of what was closed.
    return lost;
  }
}
