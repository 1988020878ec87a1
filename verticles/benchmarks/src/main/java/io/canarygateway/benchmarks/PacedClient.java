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

/**
 * A good client on a thread of its own, which asks for the same some 200 times a second, on one
 * kept connection or on a new one each time. A request that has no 200 within two seconds failed.
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
  private Socket socket;
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
      if (socket == null) {
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoLinger(true, 0);
        socket.setSoTimeout(PATIENCE_MS);
        socket.connect(address, PATIENCE_MS);
      }
      socket.getOutputStream().write(request);
      read(socket.getInputStream());
      if (!kept) {
        close();
      }
      return response.status() == OK;
    } catch (IOException e) {
      close();
      return false;
    }
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
      socket.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
    socket = null;
  }

  /** From now on times and failures are collected anew. */
  synchronized void begin() {
    latencies = new Latencies();
    failures = 0;
  }

  /** Since the beginning: requests, p50, p99 and worst in milliseconds, failures. */
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
