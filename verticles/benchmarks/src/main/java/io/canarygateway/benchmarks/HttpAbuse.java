package io.canarygateway.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures good clients of a gateway, and its process, while slow clients are connected.
 *
 * <p>{@code HttpAbuse PORT HEALTH_PORT PID} reads lines {@code KIND CONNECTIONS SECONDS}. KIND is
 * one of {@link SlowClients}, in lower case with hyphens. While the slow clients are connected,
 * each line is answered with these figures:
 *
 * <ul>
 *   <li>slow connections opened, most at a time, closed by the gateway
 *   <li>requests, p50, p99, worst (ms) and failures of a good client on a kept connection; then the
 *       same on new connections; then the same of the gateway's health
 *   <li>the gateway's most resident megabytes and most file descriptors
 * </ul>
 *
 * <p>The next line ends the slow clients.
 */
public final class HttpAbuse {

  private static final long TURN_NANOS = TimeUnit.SECONDS.toNanos(1) / SlowClients.TURNS_A_SECOND;
  private static final int TURNS_A_LOOK = 20;
  private static final long KB_PER_MB = 1024;

  private final int port;
  private final Path process;
  private final List<PacedClient> good;
  private long mostResident;
  private long mostDescriptors;

  private HttpAbuse(int port, int healthPort, long pid) {
    this.port = port;
    this.process = Path.of("/proc", Long.toString(pid));
    this.good =
        List.of(
            new PacedClient(port, "/", true),
            new PacedClient(port, "/", false),
            new PacedClient(healthPort, "/health/live", false));
  }

  /** Serves commands until there are none. */
  public static void main(String[] args) throws IOException, InterruptedException {
    HttpAbuse abuse =
        new HttpAbuse(
            Integer.parseInt(args[0]), Integer.parseInt(args[1]), Long.parseLong(args[2]));
    abuse.good.forEach(Thread::start);
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line = commands.readLine();
    while (line != null) {
      String[] parts = line.split(" ");
      SlowClients.Kind kind =
          SlowClients.Kind.valueOf(parts[0].replace('-', '_').toUpperCase(Locale.ROOT));
      try (SlowClients slow = new SlowClients(abuse.port, kind, Integer.parseInt(parts[1]))) {
        System.out.println(abuse.commit(slow, Long.parseLong(parts[2])));
        line = commands.readLine();
      }
    }
  }

  private String commit(SlowClients slow, long seconds) throws IOException, InterruptedException {
    TimeUnit.SECONDS.sleep(1); // The gateway is still closing the connections of the previous line.
    mostResident = 0;
    mostDescriptors = 0;
    good.forEach(PacedClient::begin);
    long turns = seconds * SlowClients.TURNS_A_SECOND;
    long next = System.nanoTime();
    for (long turn = 0; turn < turns; turn++) {
      slow.turn();
      if (turn % TURNS_A_LOOK == 0) {
        look();
      }
      next += TURN_NANOS;
      TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
    }
    StringBuilder answer = new StringBuilder();
    answer.append(slow.opened()).append(' ').append(slow.mostConnected()).append(' ');
    answer.append(slow.cut());
    good.forEach(client -> answer.append(' ').append(client.figures()));
    return answer
        .append(' ')
        .append(mostResident / KB_PER_MB)
        .append(' ')
        .append(mostDescriptors)
        .toString();
  }

  private void look() throws IOException {
    for (String line : Files.readAllLines(process.resolve("status"))) {
      if (line.startsWith("VmRSS")) {
        mostResident = Math.max(mostResident, Long.parseLong(line.replaceAll("\\D", "")));
      }
    }
    try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
      mostDescriptors = Math.max(mostDescriptors, descriptors.count());
    } catch (UncheckedIOException e) {
      // A descriptor was closed while they were counted; the next count is right.
    }
  }
}
