package io.canarygateway.benchmarks;

import static io.canarygateway.benchmarks.Http2Frames.END_STREAM;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client of HTTP/2 that asks for {@code /} 200 times a second, on one connection that it keeps. A
 * response's time counts from the moment at which its request was due.
 */
final class Http2GoodClient extends Thread {

  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int PATIENCE_MS = 2_000;
  private static final int OK = 0x88; // ":status: 200" of HPACK's static table
  private static final int BUFFER_BYTES = 256;

  private final int port;
  private final Latencies latencies = new Latencies();
  private final ByteBuffer out = ByteBuffer.allocate(BUFFER_BYTES);
  private volatile boolean ended;
  private @Nullable Socket socket;
  private @Nullable DataInputStream in;
  private boolean leaves;
  private int stream;
  private long failures;

  Http2GoodClient(int port) {
    this.port = port;
  }

  @Override
  public void run() {
    long due = System.nanoTime();
    while (!ended) {
      try {
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        ask();
        latencies.add(System.nanoTime() - due);
      } catch (IOException e) {
        failures++;
        disconnect();
      } catch (InterruptedException e) {
        return;
      }
      due = Math.max(due + INTERVAL_NANOS, System.nanoTime() - INTERVAL_NANOS);
    }
    disconnect();
  }

  /** Ends the client. Returns {@code REQUESTS P50 P99 WORST FAILURES}; times are in ms. */
  String end() throws InterruptedException {
    ended = true;
    join();
    return String.format(
        Locale.ROOT,
        "%d %.1f %.1f %.1f %d",
        latencies.count(),
        latencies.percentile(50) / 1e6,
        latencies.percentile(99) / 1e6,
        latencies.worst() / 1e6,
        failures);
  }

  private void ask() throws IOException {
    out.clear();
    Socket open = socket;
    DataInputStream input = in;
    if (open == null || input == null || leaves) {
      disconnect();
      leaves = false;
      open = new Socket(InetAddress.getLoopbackAddress(), port);
      socket = open;
      open.setTcpNoDelay(true);
      open.setSoTimeout(PATIENCE_MS);
      input = new DataInputStream(open.getInputStream());
      in = input;
      stream = -1;
      Http2Frames.preface(out);
    }
    stream += 2;
    Http2Frames.get(out, stream, Http2Frames.END_HEADERS);
    open.getOutputStream().write(out.array(), 0, out.position());
    awaitAnswer(open, input);
  }

  private void awaitAnswer(Socket open, DataInputStream input) throws IOException {
    boolean whole = false;
    while (!whole) {
      int lengthAndType = input.readInt();
      int flags = input.readUnsignedByte();
      int of = input.readInt();
      byte[] payload = input.readNBytes(lengthAndType >>> 8);
      int type = lengthAndType & 0xff;
      if (type == Http2Frames.SETTINGS && (flags & Http2Frames.ACK) == 0) {
        out.clear();
        Http2Frames.head(out, 0, Http2Frames.SETTINGS, Http2Frames.ACK, 0);
        open.getOutputStream().write(out.array(), 0, out.position());
      } else if (type == Http2Frames.GOAWAY) {
        leaves = true;
      } else if (of == stream) {
        check(type, payload);
        whole = (flags & END_STREAM) != 0 && type <= Http2Frames.HEADERS;
      }
    }
  }

  private static void check(int type, byte[] payload) throws IOException {
    if (type == Http2Frames.RST_STREAM) {
      throw new IOException("reset");
    }
    if (type == Http2Frames.HEADERS && (payload.length == 0 || (payload[0] & 0xff) != OK)) {
      throw new IOException("not 200");
    }
  }

  private void disconnect() {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // It is closed all the same.
    }
    socket = null;
  }
}
