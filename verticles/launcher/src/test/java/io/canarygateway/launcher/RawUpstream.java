package io.canarygateway.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** An upstream that answers each request's head with exactly the bytes it is told, then closes. */
final class RawUpstream implements AutoCloseable {

  private final ServerSocket server;

  RawUpstream(byte[] answer) throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(() -> serve(answer), "raw-upstream");
    thread.setDaemon(true);
    thread.start();
  }

  RawUpstream(String answer) throws IOException {
    this(answer.getBytes(StandardCharsets.ISO_8859_1));
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  private void serve(byte[] answer) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        BufferedReader head =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        for (String line = head.readLine(); line != null && !line.isEmpty(); ) {
          line = head.readLine();
        }
        socket.getOutputStream().write(answer);
      } catch (IOException e) {
        // The test's end.
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
