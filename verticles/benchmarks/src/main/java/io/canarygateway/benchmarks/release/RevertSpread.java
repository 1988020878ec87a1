package io.canarygateway.benchmarks.release;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Measures how long a revert takes to be in force on all of three nodes. A client whose assignment
 * is always below canary's share asks each node every 4 ms; the last request that canary answers
 * says when its node has followed.
 *
 * <p>{@code RevertSpread JAR DIRECTORY REVERTS}
 */
public final class RevertSpread {

  private static final int NODES = ThreeNodes.NODES;
  private static final int RATE = 200;

  /** More requests would keep both cores busy, and then each node waits for a core. */
  private static final long PROBE_MS = 4;

  private static final double MOST_MS = 100;
  private static final long PATIENCE_SECONDS = 60;

  /** Three processes that have just started compile their code on all cores. */
  private static final long START_SECONDS = 20;

  private final ThreeNodes nodes;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofMillis(500)).build();
  private final EtcdOverHttp etcd = ReleaseKills.etcd(client);

  /** For each node, when the last request was sent that canary has answered. */
  private final Map<Integer, Long> lastCanary = new ConcurrentHashMap<>();

  /** For each node, when the first request after it was sent. */
  private final Map<Integer, Long> firstMain = new ConcurrentHashMap<>();

  private RevertSpread(ThreeNodes nodes) {
    this.nodes = nodes;
  }

  /** Measures all reverts; exits with 1 if one took longer than 100 ms. */
  public static void main(String[] args) throws Exception {
    double worst;
    try (ThreeNodes nodes = new ThreeNodes(args[0], Path.of(args[1]))) {
      worst = new RevertSpread(nodes).run(Integer.parseInt(args[2]));
    }
    System.exit(worst <= MOST_MS ? 0 : 1);
  }

  private double run(int reverts) throws Exception {
    nodes.start(etcd);
    ScheduledExecutorService load = Executors.newSingleThreadScheduledExecutor(ThreeNodes::daemon);
    load.scheduleAtFixedRate(
        () -> ThreeNodes.ask(client), 0, 1_000_000 / RATE, TimeUnit.MICROSECONDS);
    for (int i = 0; i < NODES; i++) {
      int node = i;
      ThreeNodes.daemon(() -> probe(node)).start();
    }
    await(() -> firstMain.size() == NODES);
    TimeUnit.SECONDS.sleep(START_SECONDS);
    List<Double> judged = new ArrayList<>();
    List<Double> asked = new ArrayList<>();
    List<Double> sinceSent = new ArrayList<>();
    for (int i = 1; i <= reverts; i++) {
      judged.add(judged("judged" + i));
      long sent = asked("asked" + i);
      asked.add(millis(first()));
      sinceSent.add(millis(sent));
    }
    load.shutdownNow();
    print("the judge reverts: from the first node to the last", judged);
    print("a person reverts: from the first node to the last", asked);
    print("a person reverts: from sending the change to the last node", sinceSent);
    return Math.max(worst(judged), worst(asked));
  }

  /** A canary that begins to fail. */
  private double judged(String version) throws Exception {
    begin(version);
    nodes.canaryFails(true);
    await(() -> firstMain.size() == NODES);
    settle();
    nodes.canaryFails(false);
    return millis(first());
  }

  /** When the first request was sent that main has answered, because a node has reverted. */
  private long first() {
    return firstMain.values().stream().mapToLong(Long::longValue).min().orElseThrow();
  }

  /** A person who asks one node; returns when. */
  private long asked(String version) throws Exception {
    begin(version);
    int node = ThreadLocalRandom.current().nextInt(NODES);
    String url = "http://127.0.0.1:" + ThreeNodes.metrics(node) + "/api/v1/releases/default";
    long sent = System.nanoTime();
    int status =
        client
            .send(
                HttpRequest.newBuilder(URI.create(url))
                    .header("Authorization", "Bearer " + ThreeNodes.TOKEN)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"action\": \"revert\"}"))
                    .build(),
                HttpResponse.BodyHandlers.discarding())
            .statusCode();
    if (status != 200) {
      throw new IllegalStateException("revert was answered with " + status);
    }
    await(() -> firstMain.size() == NODES);
    settle();
    return sent;
  }

  /** From a moment to the last request that canary has answered; 0 if there was none after it. */
  private double millis(long from) {
    long last = lastCanary.values().stream().mapToLong(Long::longValue).max().orElseThrow();
    return Math.max(0, (last - from) / 1e6);
  }

  private void begin(String version) throws Exception {
    etcd.put("/gateway/flagz/release.version", version);
    await(
        () -> {
          JsonNode progress =
              etcd.get("/gateway/releases/default")
                  .map(each -> each.path("progress"))
                  .orElseThrow(IOException::new);
          return progress.path("version").asText().equals(version)
              && firstMain.isEmpty()
              && lastCanary.size() == NODES;
        });
    settle();
  }

  /** Lets what is under way arrive: half a second in which nothing is asked for. */
  private static void settle() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(500);
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!holds(condition)) {
      if (System.nanoTime() > end) {
        throw new TimeoutException("not within " + PATIENCE_SECONDS + " s");
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static boolean holds(Condition condition) throws Exception {
    try {
      return condition.holds();
    } catch (IOException e) {
      return false;
    }
  }

  /** Asks one node, one request after the other, as a client that gets canary at any share. */
  private void probe(int node) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ThreeNodes.router(node) + "/"))
            .header("Cookie", "maxwellsdaemon=0.0")
            .timeout(Duration.ofSeconds(2))
            .build();
    while (true) {
      long sent = System.nanoTime();
      try {
        String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        if (body.equals("canary")) {
          lastCanary.put(node, sent);
          firstMain.remove(node);
        } else {
          firstMain.putIfAbsent(node, sent);
        }
        TimeUnit.MILLISECONDS.sleep(PROBE_MS);
      } catch (IOException e) {
        // The gateway still starts.
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static double worst(List<Double> millis) {
    return millis.stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }

  private static void print(String what, List<Double> millis) {
    double[] sorted = millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%s: %d reverts, median %.1f ms, worst %.1f ms (in order: %s)%n",
        what,
        sorted.length,
        sorted[sorted.length / 2],
        worst(millis),
        millis.stream().map(each -> String.format(Locale.ROOT, "%.1f", each)).toList());
  }
}
