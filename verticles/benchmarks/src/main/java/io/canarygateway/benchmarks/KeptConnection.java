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

/** A kept connection to a server on this machine that is asked the same again and again. */
final class KeptConnection {

  private static final int OK = 200;

  private final InetSocketAddress address;
  private final ByteBuffer request;
  private final ByteBuffer in;
  private final ResponseReader response = new ResponseReader();
  private SocketChannel channel;
  private long due;

  /** The buffer is for what comes; connections of one thread may share it. */
  KeptConnection(int port, String path, ByteBuffer in) {
    this.in = in;
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.request =
        ByteBuffer.wrap(
            ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
  }

  /** Connects anew, and is found in the selector under itself. */
  void connect(Selector selector) throws IOException {
    channel = SocketChannel.open();
    // A reset at the end leaves no connection behind in TIME_WAIT.
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.connect(address);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, this);
  }

  /** Sends the request, which was due at a time of {@link System#nanoTime()}. */
  void ask(long dueNanos) throws IOException {
    due = dueNanos;
    response.reset();
    channel.write(request.clear());
    if (request.hasRemaining()) {
      throw new IOException("no room for a small request");
    }
  }

  /** When the last request was due. */
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
