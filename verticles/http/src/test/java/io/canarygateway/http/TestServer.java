package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A listener whose connections are served by one event loop. */
final class TestServer implements AutoCloseable {

  static final ServerLimits LIMITS =
      new ServerLimits(
          new HeadLimits(32 * 1024, 128),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5));

  final TestLoop loop = new TestLoop();
  final ConnectionLimit connections = new ConnectionLimit(1_000, 2_000, () -> 0);
  final ServerLoop clients;
  private final ServerListener listener;
  private final int port;

  TestServer(ServerHandler handler) {
    this(LIMITS, handler);
  }

  TestServer(ServerLimits limits, ServerHandler handler) {
    this(limits, ServerProtocols.HTTP1, handler);
  }

  TestServer(ServerLimits limits, ServerProtocols protocols, ServerHandler handler) {
    clients =
        loop.call(
            () ->
                new ServerLoop(
                    loop.currentLoop(), limits, handler, connections, protocols, System::nanoTime));
    listener = new ServerListener(loop, new InetSocketAddress("127.0.0.1", 0), 1);
    try {
      port = listener.join(clients).toCompletableFuture().get(30, TimeUnit.SECONDS).getPort();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  int port() {
    return port;
  }

  Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(30_000);
    return socket;
  }

  /** Sends a text and reads until the server ends the connection. */
  String exchange(String request) throws IOException {
    try (Socket socket = connect()) {
      RawServer.write(socket, request);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  /** Answers a request at once. */
  static void answer(ServerStream stream, int status, byte[] body) {
    stream.respond(head(stream, status, body.length), body.length);
    stream.write(Unpooled.wrappedBuffer(body));
    stream.finish(Head.NONE);
  }

  static ByteBuf head(ServerStream stream, int status, int length) {
    HeadWriter writer = new HeadWriter();
    writer.begin().text("HTTP/1.1 " + status + " Test").endLine();
    writer.header("Content-Length", Integer.toString(length));
    String connection = stream.connectionHeader(length);
    if (connection != null) {
      writer.header("Connection", connection);
    }
    return writer.end(ByteBufAllocator.DEFAULT, 0);
  }

  @Override
  public void close() {
    listener.close();
    loop.run(clients::closeAll);
    loop.close();
  }
}
