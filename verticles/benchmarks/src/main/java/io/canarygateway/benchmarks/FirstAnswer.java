package io.canarygateway.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures the time from the start of a process to the first 200 on a port, in milliseconds, and
 * the resident megabytes of the process and its children at that time. It ends the process
 * afterwards.
 *
 * <p>{@code FirstAnswer WARM_UP_PORT PORT COMMAND...}: the port of a running server, at which this
 * program warms up; the port on which the command listens; the command.
 */
public final class FirstAnswer {

  private static final byte[] REQUEST =
      "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);
  private static final int STATUS_LINE = "HTTP/1.1 200".length();
  private static final int WARM_UP_REQUESTS = 200;
  private static final int TIMEOUT_MS = 5_000;
  private static final double KB_PER_MB = 1024;

  private FirstAnswer() {}

  /** Measures one start. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int port = Integer.parseInt(args[1]);
    for (int i = 0; i < WARM_UP_REQUESTS; i++) {
      answers(Integer.parseInt(args[0]));
    }
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(List.of(args).subList(2, args.length))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      while (!answers(port)) {
        if (!process.isAlive()) {
          throw new IOException("ended with " + process.exitValue());
        }
        TimeUnit.MILLISECONDS.sleep(1);
      }
      double ms = (System.nanoTime() - start) / 1e6;
      System.out.printf(Locale.ROOT, "%.0f %.1f%n", ms, residentKb(process) / KB_PER_MB);
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(TIMEOUT_MS);
      socket.getOutputStream().write(REQUEST);
      InputStream in = socket.getInputStream();
      String status = new String(in.readNBytes(STATUS_LINE), StandardCharsets.US_ASCII);
      in.readAllBytes();
      return status.endsWith(" 200");
    } catch (IOException e) {
      return false; // Not yet.
    }
  }

  private static long residentKb(Process process) throws IOException {
    long sum = 0;
    for (long pid :
        Stream.concat(Stream.of(process.toHandle()), process.descendants())
            .mapToLong(ProcessHandle::pid)
            .toArray()) {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
        if (line.startsWith("VmRSS")) {
          sum += Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    }
    return sum;
  }
}
