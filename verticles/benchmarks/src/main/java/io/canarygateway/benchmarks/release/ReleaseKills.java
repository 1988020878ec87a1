package io.canarygateway.benchmarks.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Kills gateways and members of etcd by SIGKILL while releases run, and checks what the nodes do
 * against what etcd holds: no node sends more clients to canary than was decided, and a revert
 * stays.
 *
 * <p>{@code ReleaseKills JAR DIRECTORY KILLS}
 */
public final class ReleaseKills {

  private static final int NODES = KillStage.NODES;
  private static final int RATE = 300;
  private static final long RELEASE_SECONDS = 120;
  private static final double[] WEIGHTS = {0.1, 0.3, 0.5};

  private final KillStage stage;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofMillis(500)).build();
  private final EtcdOverHttp etcd =
      new EtcdOverHttp(client, IntStream.range(0, NODES).mapToObj(KillStage::etcdClient).toList());
  private final Looks looks = new Looks();
  private final Random random = new Random(7);
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();
  private final Map<String, Integer> killed = new TreeMap<>();
  private final Map<String, Integer> ends = new TreeMap<>();
  private String version = "";

  /** The share of canary from which on it fails; 2 for never. */
  private double failsFrom = 2;

  private ReleaseKills(KillStage stage) {
    this.stage = stage;
  }

  /** Runs all kills; exits with 1 if a node did what was not decided. */
  public static void main(String[] args) throws Exception {
    boolean good;
    try (KillStage stage = new KillStage(args[0], Path.of(args[1]))) {
      good = new ReleaseKills(stage).run(Integer.parseInt(args[2]));
    }
    System.exit(good ? 0 : 1);
  }

  private boolean run(int kills) throws Exception {
    for (int i = 0; i < NODES; i++) {
      stage.startEtcd(i);
    }
    awaitEtcd();
    for (int i = 0; i < NODES; i++) {
      stage.startNode(i);
    }
    for (int i = 0; i < NODES; i++) {
      awaitNode(i);
    }
    ScheduledExecutorService load = Executors.newSingleThreadScheduledExecutor(KillStage::daemon);
    load.scheduleAtFixedRate(this::ask, 0, 1_000_000 / RATE, TimeUnit.MICROSECONDS);
    int made = 0;
    for (int release = 1; made < kills; release++) {
      made = release(release, made, kills);
    }
    load.shutdownNow();
    System.out.printf(
        "kills %s; releases %s; %s; %d requests answered, %d not%n",
        killed, ends, looks, answered.get(), unanswered.get());
    return looks.violations() == 0;
  }

  /** Runs one release; returns the number of kills so far. */
  private int release(int number, int before, int kills) throws Exception {
    int made = before;
    boolean bad = number % 3 == 0;
    failsFrom = bad ? WEIGHTS[random.nextInt(WEIGHTS.length)] : 2;
    stage.canaryFails(false);
    version = "v" + number;
    etcd.put("/gateway/flagz/release.version", version);
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(RELEASE_SECONDS);
    do {
      look(random.nextInt(4_000));
      if (made < kills) {
        made++;
        kill();
      }
    } while (!isEnd(storedStage()) && System.nanoTime() < giveUp);
    look(1_000);
    String end = storedStage();
    ends.merge((bad ? "canary fails: " : "canary is good: ") + end, 1, Integer::sum);
    System.out.printf(
        "%d kills, %s %s: %s; %s%n", made, version, bad ? "fails" : "is good", end, looks);
    if (isEnd(end)) {
      killAll(end);
      made += NODES;
    }
    return made;
  }

  private static boolean isEnd(String found) {
    return found.equals("promoted") || found.equals("reverted");
  }

  /** Kills all gateways at the end of a release: the state must be the same afterwards. */
  private void killAll(String end) throws Exception {
    for (int i = 0; i < NODES; i++) {
      killed.merge("gateway after the end", 1, Integer::sum);
      restart(i);
    }
    look(1_000);
    if (!storedStage().equals(end)) {
      looks.violation(version + " was " + end + ", and is " + storedStage() + " after restarts");
    }
  }

  private void kill() throws Exception {
    int choice = random.nextInt(NODES + 2);
    if (choice < NODES) {
      killed.merge("gateway", 1, Integer::sum);
      restart(choice);
    } else if (choice == NODES) {
      killed.merge("leader of etcd", 1, Integer::sum);
      int leader = etcd.leader();
      stage.kill("etcd" + leader);
      look(500);
      stage.startEtcd(leader);
      awaitEtcd();
    } else {
      killed.merge("all of etcd", 1, Integer::sum);
      for (int i = 0; i < NODES; i++) {
        stage.kill("etcd" + i);
      }
      look(random.nextInt(2_000));
      for (int i = 0; i < NODES; i++) {
        stage.startEtcd(i);
      }
      awaitEtcd();
    }
  }

  private void restart(int node) throws Exception {
    stage.kill("node" + node);
    stage.startNode(node);
    awaitNode(node);
  }

  private void awaitEtcd() throws InterruptedException {
    etcd.put("/ready", "yes");
  }

  /** Starts a node again that ends by itself, as a supervisor does. A later kill may help it. */
  private void awaitNode(int node) throws IOException, InterruptedException {
    for (int i = 0; i < 600; i++) {
      if (get(node, "/health/ready").isPresent()) {
        return;
      }
      if (!stage.isAlive("node" + node)) {
        killed.merge("ended by itself", 1, Integer::sum);
        TimeUnit.SECONDS.sleep(1);
        stage.startNode(node);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    killed.merge("not started within a minute", 1, Integer::sum);
  }

  /** Looks at all nodes for a time, several times a second. */
  private void look(long millis) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    do {
      List<JsonNode> reports = new ArrayList<>();
      long at = System.currentTimeMillis();
      for (int i = 0; i < NODES; i++) {
        get(i, "/api/v1/releases/default").ifPresent(reports::add);
      }
      JsonNode progress = stored();
      looks.compare(reports, progress, at);
      if (progress.path("version").asText().equals(version)
          && progress.path("weight").asDouble() >= failsFrom) {
        stage.canaryFails(true);
      }
      TimeUnit.MILLISECONDS.sleep(40);
    } while (System.nanoTime() < end);
  }

  private Optional<JsonNode> get(int node, String path) throws InterruptedException {
    return EtcdOverHttp.send(
        client,
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + KillStage.metrics(node) + path)));
  }

  private JsonNode stored() throws IOException, InterruptedException {
    return etcd.get("/gateway/releases/default")
        .map(state -> state.path("progress"))
        .orElseGet(MissingNode::getInstance);
  }

  private String storedStage() throws IOException, InterruptedException {
    return stored().path("stage").asText();
  }

  private void ask() {
    int node = ThreadLocalRandom.current().nextInt(NODES);
    client
        .sendAsync(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + KillStage.router(node) + "/"))
                .timeout(Duration.ofSeconds(2))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .whenComplete(
            (response, failure) -> (failure == null ? answered : unanswered).incrementAndGet());
  }
}
