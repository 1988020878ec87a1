package io.canarygateway.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A kept-alive connection to a server on 127.0.0.1 that sends the same request again and again. */
final class KeptConnection {

  private static final int OK = 200;

  private final InetSocketAddress address;
  private final ByteBuffer request;
  private final ByteBuffer in;
  private final ResponseReader response = new ResponseReader();

  @SuppressWarnings("NullAway.Init") // Callers connect first.
  private SocketChannel channel;

  private long due;

  /** Creates a connection that is not open yet. Connections on one thread may share the buffer. */
  KeptConnection(int port, String path, ByteBuffer in) {
    this.in = in;
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.request =
        ByteBuffer.wrap(
            ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
  }

  /** Opens a new connection. It is the attachment of its key in the selector. */
  void connect(Selector selector) throws IOException {
    channel = SocketChannel.open();
    // Closing by a reset leaves no connection in TIME_WAIT.
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.connect(address);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, this);
  }

  /**
   * Sends the request.
   *
   * @param dueNanos the time at which the request was due, by {@link System#nanoTime()}
   */
  void ask(long dueNanos) throws IOException {
    due = dueNanos;
    response.reset();
    channel.write(request.clear());
    if (request.hasRemaining()) {
      throw new IOException("no room for a small request");
    }
  }

  /** The time at which the last request was due. */
  long due() {
    return due;
  }

  /**
   * Reads what came.
   *
   * @return whether the response is complete
   * @throws IOException if the connection was closed, or if it is another response than a 200
   */
  boolean answered() throws IOException {
    if (channel.read(in.clear()) < 0) {
      throw new IOException("closed");
    }
    boolean complete = response.take(in.flip());
    if (complete && response.status() != OK) {
      throw new IOException("status " + response.status());
    }
    return complete;
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
