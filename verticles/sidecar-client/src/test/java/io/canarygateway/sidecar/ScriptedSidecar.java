package io.canarygateway.sidecar;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A sidecar on a real socket. It notes each request, then runs a script that answers it. Each
 * connection has a thread of its own and is kept until either side closes it.
 */
final class ScriptedSidecar implements AutoCloseable {

  /** Answers one request, which was read whole. */
  interface Script {
    void answer(Socket connection) throws IOException;
  }

  /**
   * A request.
   *
   * @param connection the number of its connection, from 1
   * @param lines the lines of its head
   * @param body its body
   */
  record Received(int connection, List<String> lines, byte[] body) {}

  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch acceptsNoMore = new CountDownLatch(1);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private volatile Script script = answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

  ScriptedSidecar() throws IOException {
    server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /** Answers with the same bytes. */
  static Script answering(String response) {
    return connection -> write(connection, response);
  }

  /** Never answers, and ends when the client closes. */
  static void silence(Socket connection) throws IOException {
    connection.getInputStream().read();
  }

  /** Ends the connection with a FIN. */
  static void close(Socket connection) throws IOException {
    connection.close();
  }

  /** Ends the connection with a RST. */
  static void reset(Socket connection) throws IOException {
    connection.setSoLinger(true, 0);
    connection.close();
  }

  static void write(Socket connection, String text) throws IOException {
    connection.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void script(Script newScript) {
    script = newScript;
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  List<Received> received() {
    return received;
  }

  /** The number of the connection of each request. */
  List<Integer> connections() {
    return received.stream().map(Received::connection).toList();
  }

  /** The number of connections that are open. */
  int open() {
    return open.size();
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = server.accept();
        open.add(connection);
        int number = accepted.incrementAndGet();
        threads.execute(() -> serve(connection, number));
      }
    } catch (IOException e) {
      acceptsNoMore.countDown(); // The test stops it, or has ended.
    }
  }

  private void serve(Socket connection, int number) {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream in = connection.getInputStream();
      for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
        List<String> lines = head.lines().filter(line -> !line.isEmpty()).toList();
        received.add(new Received(number, lines, in.readNBytes(length(lines))));
        script.answer(connection);
      }
    } catch (IOException e) {
      // The client, the script or the test has closed the connection.
    } finally {
      open.remove(connection);
    }
  }

  private static int length(List<String> lines) {
    String name = "Content-Length: ";
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .mapToInt(line -> Integer.parseInt(line.substring(name.length())))
        .sum();
  }

  /** A head with the empty line behind it; empty if the client has closed. */
  private static String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        return "";
      }
      head.write(b);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /**
   * Stops listening; connections stay. Until its thread has noticed, a closed server may still take
   * a connection.
   */
  void stopListening() throws IOException, InterruptedException {
    server.close();
    acceptsNoMore.await();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket connection : open) {
      connection.close();
    }
    threads.shutdownNow();
  }
}
