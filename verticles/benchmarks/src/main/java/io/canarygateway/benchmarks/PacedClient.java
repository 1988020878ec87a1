package io.canarygateway.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A good client that sends the same request about 200 times a second on a thread of its own. It
 * uses one kept-alive connection, or a new connection for each request. A request without a 200
 * within two seconds is a failure.
 */
final class PacedClient extends Thread {

  private static final int PATIENCE_MS = 2_000;
  private static final long PACE_MS = 5;
  private static final int BUFFER_BYTES = 8_192;
  private static final int OK = 200;

  private final InetSocketAddress address;
  private final byte[] request;
  private final boolean kept;
  private final byte[] bytes = new byte[BUFFER_BYTES];
  private final ResponseReader response = new ResponseReader();
  private @Nullable Socket socket;
  private Latencies latencies = new Latencies();
  private long failures;

  PacedClient(int port, String path, boolean kept) {
    super("good-client-" + path + (kept ? "-kept" : "-new"));
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.kept = kept;
    String last = kept ? "" : "Connection: close\r\n";
    this.request =
        ("GET " + path + " HTTP/1.1\r\nHost: good\r\n" + last + "\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    setDaemon(true);
  }

  @Override
  public void run() {
    while (true) {
      long start = System.nanoTime();
      boolean good = ask();
      record(good, System.nanoTime() - start);
      try {
        TimeUnit.MILLISECONDS.sleep(PACE_MS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private synchronized void record(boolean good, long nanos) {
    if (good) {
      latencies.add(nanos);
    } else {
      failures++;
    }
  }

  private boolean ask() {
    try {
      Socket connected = socket == null ? connect() : socket;
      connected.getOutputStream().write(request);
      read(connected.getInputStream());
      if (!kept) {
        close();
      }
      return response.status() == OK;
    } catch (IOException e) {
      close();
      return false;
    }
  }

  private Socket connect() throws IOException {
    Socket connecting = new Socket();
    socket = connecting;
    connecting.setTcpNoDelay(true);
    connecting.setSoLinger(true, 0);
    connecting.setSoTimeout(PATIENCE_MS);
    connecting.connect(address, PATIENCE_MS);
    return connecting;
  }

  private void read(InputStream in) throws IOException {
    response.reset();
    boolean complete = false;
    while (!complete) {
      int count = in.read(bytes);
      if (count < 0) {
        throw new IOException("closed");
      }
      complete = response.take(ByteBuffer.wrap(bytes, 0, count));
    }
  }

  private void close() {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // The connection is given up anyway.
    }
    socket = null;
  }

  /** Starts a new collection of times and failures. */
  synchronized void begin() {
    latencies = new Latencies();
    failures = 0;
  }

  /** The figures since {@link #begin()}: requests, p50, p99 and worst in milliseconds, failures. */
  synchronized String figures() {
    return String.format(
        Locale.ROOT,
        "%d %.2f %.2f %.2f %d",
        latencies.count(),
        latencies.percentile(50) / 1e6,
        latencies.percentile(99) / 1e6,
        latencies.worst() / 1e6,
        failures);
  }
}
