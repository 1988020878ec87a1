package io.canarygateway.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures changes of rollouts in DynamoDB Local; all on 127.0.0.1. Modes:
 *
 * <ul>
 *   <li>{@code visible ENDPOINT SOCKET COUNT PAUSE_MS}: the time from a change to the daemon's
 *       first answer by the new value, from the change's sending and from its acknowledgement. A
 *       random pause of up to PAUSE_MS before each change spreads the changes between two readings.
 *       The daemon must keep connections alive.
 *   <li>{@code steps ENDPOINT SOCKET PROXY_PORT CLIENTS STEPS}: see {@link RolloutSteps}.
 * </ul>
 */
public final class RolloutTimes {

  private static final String ITEM =
      """
      {"TableName": "MaxwellsDaemon", "Item": {"application": {"S": "app"},
       "version": {"S": "canary"}, "rollout": {"N": "%s"}}}""";
  private static final long PROBE_NANOS = 100_000;
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private RolloutTimes() {}

  /** Runs one mode. */
  public static void main(String[] args) throws Exception {
    URI endpoint = URI.create(args[1]);
    Path socket = Path.of(args[2]);
    switch (args[0]) {
      case "visible" ->
          visible(endpoint, socket, Integer.parseInt(args[3]), Integer.parseInt(args[4]));
      case "steps" ->
          new RolloutSteps(endpoint, socket, Integer.parseInt(args[3]), Integer.parseInt(args[4]))
              .run(Integer.parseInt(args[5]));
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /** Writes canary's rollout. */
  static void put(URI endpoint, String rollout) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .header("Content-Type", "application/x-amz-json-1.0")
            .header("X-Amz-Target", "DynamoDB_20120810.PutItem")
            // DynamoDB Local reads only the access key and the region, and checks no signature.
            .header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request,"
                    + " SignedHeaders=host, Signature=none")
            .POST(HttpRequest.BodyPublishers.ofString(ITEM.formatted(rollout)))
            .build();
    HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(response.body());
    }
  }

  /**
   * Asks about an assignment until the answer is the expected one.
   *
   * @return the time of that answer, by {@link System#nanoTime()}
   */
  static long await(Path socket, String assignment, boolean canary) throws IOException {
    long start = System.nanoTime();
    try (DaemonConnection daemon = new DaemonConnection(socket)) {
      while (daemon.canary(assignment) != canary) {
        if (System.nanoTime() - start > TIMEOUT_NANOS) {
          throw new IOException(assignment + " does not change its side");
        }
        LockSupport.parkNanos(PROBE_NANOS);
      }
    }
    return System.nanoTime();
  }

  private static void visible(URI endpoint, Path socket, int count, int pauseMs) throws Exception {
    long[] fromSent = new long[count];
    long[] fromAcknowledged = new long[count];
    put(endpoint, "0.25");
    await(socket, "0.5", false);
    for (int i = 0; i < count; i++) {
      boolean canary = i % 2 == 0;
      Thread.sleep(ThreadLocalRandom.current().nextInt(pauseMs + 1));
      long sent = System.nanoTime();
      put(endpoint, canary ? "0.75" : "0.25");
      long acknowledged = System.nanoTime();
      long seen = await(socket, "0.5", canary);
      fromSent[i] = seen - sent;
      fromAcknowledged[i] = seen - acknowledged;
    }
    print("from the put's acknowledgement to an answer by it", fromAcknowledged);
    print("from the put's sending to an answer by it", fromSent);
  }

  private static void print(String what, long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "%s: median %.0f ms, worst %.0f ms of %d%n",
        what,
        sorted[sorted.length / 2] / 1e6,
        sorted[sorted.length - 1] / 1e6,
        sorted.length);
  }
}
