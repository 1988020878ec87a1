package io.canarygateway.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Attacks a server of HTTP/2 on 127.0.0.1, and measures a good client meanwhile.
 *
 * <p>{@code Http2Attack CONNECTIONS} reads lines {@code PORT KIND SECONDS}, where KIND is one of
 * {@link Http2Attacker.Kind} in lower case with hyphens. It answers each line with the connections
 * that were opened, the megabytes that the server took, and the good client's requests, p50, p99,
 * worst (ms) and failures.
 */
public final class Http2Attack {

  private static final long PAUSE_NANOS = 50_000;
  private static final double MEGABYTE = 1e6;

  private Http2Attack() {}

  /** Serves commands until there are none. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int connections = Integer.parseInt(args[0]);
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] parts = line.split(" ");
      System.out.println(
          run(
              Integer.parseInt(parts[0]),
              Http2Attacker.Kind.of(parts[1]),
              Long.parseLong(parts[2]),
              connections));
    }
  }

  private static String run(int port, Http2Attacker.Kind kind, long seconds, int connections)
      throws InterruptedException {
    List<Http2Attacker> attackers = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      attackers.add(new Http2Attacker(kind, port));
    }
    Http2GoodClient good = new Http2GoodClient(port);
    good.start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < end) {
      boolean moved = false;
      for (Http2Attacker attacker : attackers) {
        moved |= attacker.turn();
      }
      if (!moved) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    String figures = good.end();
    attackers.forEach(Http2Attacker::close);
    return String.format(
        Locale.ROOT,
        "%d %.0f %s",
        attackers.stream().mapToLong(Http2Attacker::connections).sum(),
        attackers.stream().mapToLong(Http2Attacker::bytes).sum() / MEGABYTE,
        figures);
  }
}
