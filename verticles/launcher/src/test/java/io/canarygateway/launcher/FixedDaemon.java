package io.canarygateway.launcher;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A daemon on a Unix socket that answers whatever comes with exactly what it is told. */
final class FixedDaemon implements AutoCloseable {

  private final ServerSocketChannel server;
  private volatile String answer;

  /** One that takes connections and never says anything. */
  FixedDaemon(Path socket) throws IOException {
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
  }

  /** What connections get from now on. */
  void answer(String text) {
    boolean first = answer == null;
    answer = text;
    if (first) {
      Thread thread = new Thread(this::serve, "fixed-daemon");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void serve() {
    while (server.isOpen()) {
      try (SocketChannel channel = server.accept()) {
        channel.read(ByteBuffer.allocate(1024));
        channel.write(StandardCharsets.ISO_8859_1.encode(answer));
      } catch (IOException e) {
        // The test's end, or a client that did not wait.
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
