package io.canarygateway.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on a real socket, which runs a test's script for each connection, each on a thread. */
final class RawServer implements AutoCloseable {

  /** Serves a connection, which is closed afterwards. */
  interface Script {
    void serve(Socket socket) throws Exception;
  }

  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile Script script;

  RawServer(Script script) {
    this("127.0.0.1", script);
  }

  RawServer(String host, Script script) {
    this.script = script;
    try {
      server = new ServerSocket(0, 100, InetAddress.getByName(host));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    threads.execute(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** The number of connections that were accepted. */
  int accepted() {
    return accepted.get();
  }

  /** Sets the script for later connections. */
  void use(Script newScript) {
    script = newScript;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        accepted.incrementAndGet();
        open.add(socket);
        Script now = script;
        threads.execute(() -> serve(socket, now));
      }
    } catch (IOException e) {
      // The test has ended.
    }
  }

  private void serve(Socket socket, Script now) {
    try (socket) {
      socket.setTcpNoDelay(true);
      now.serve(socket);
    } catch (Exception e) {
      // The client or the test has closed the connection.
    } finally {
      open.remove(socket);
    }
  }

  /** Answers each request on a connection with the same bytes. */
  static Script answering(String response) {
    return socket -> {
      while (!readHead(socket).isEmpty()) {
        write(socket, response);
      }
    };
  }

  static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Reads a request's head; empty if the client has ended. */
  static String readHead(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int ending = 0;
    while (ending < 4) {
      int b = in.read();
      if (b < 0) {
        return "";
      }
      head.write(b);
      ending = b == "\r\n\r\n".charAt(ending) ? ending + 1 : b == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
    threads.shutdownNow();
  }
}
