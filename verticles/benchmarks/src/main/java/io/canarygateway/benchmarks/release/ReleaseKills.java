package io.canarygateway.benchmarks.release;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Kills gateways and members of etcd by SIGKILL while releases run, and checks what the nodes do
 * against what etcd holds: no node sends more clients to canary than was decided, a revert stays, a
 * canary that fails is not promoted, and a good one is not reverted.
 *
 * <p>{@code ReleaseKills JAR DIRECTORY KILLS}
 */
public final class ReleaseKills {

  private static final int NODES = ThreeNodes.NODES;
  private static final int RATE = 300;
  private static final long RELEASE_SECONDS = 240;
  private static final double[] WEIGHTS = {0.1, 0.3, 0.5};

  private final ThreeNodes nodes;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofMillis(500)).build();
  private final EtcdOverHttp etcd = etcd(client);
  private final ReleaseWatch watch;
  private final Random random = new Random(7);
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();
  private final Map<String, Integer> killed = new TreeMap<>();
  private final Map<String, Integer> ends = new TreeMap<>();
  private final int kills;
  private int made;

  /** The nodes, the one that has run for longest first: it coordinates the cluster. */
  private final int[] oldest = {0, 1, 2};

  private ReleaseKills(ThreeNodes nodes, int kills) {
    this.nodes = nodes;
    this.kills = kills;
    watch = new ReleaseWatch(client, etcd, nodes);
  }

  static EtcdOverHttp etcd(HttpClient client) {
    return new EtcdOverHttp(
        client, IntStream.range(0, NODES).mapToObj(ThreeNodes::etcdClient).toList());
  }

  /** Runs all kills; exits with 1 if a node did what was not decided. */
  public static void main(String[] args) throws Exception {
    boolean good;
    try (ThreeNodes nodes = new ThreeNodes(args[0], Path.of(args[1]))) {
      good = new ReleaseKills(nodes, Integer.parseInt(args[2])).run();
    }
    System.exit(good ? 0 : 1);
  }

  private boolean run() throws Exception {
    nodes.start(etcd);
    for (int i = 0; i < NODES; i++) {
      awaitNode(i);
    }
    ScheduledExecutorService load = Executors.newSingleThreadScheduledExecutor(ThreeNodes::daemon);
    load.scheduleAtFixedRate(this::ask, 0, 1_000_000 / RATE, TimeUnit.MICROSECONDS);
    Thread watching = ThreeNodes.daemon(watch);
    watching.start();
    for (int release = 1; made < kills; release++) {
      release(release);
    }
    load.shutdownNow();
    watching.interrupt();
    watching.join();
    System.out.printf(
        "%d kills, and of all gateways after each end: %s%n%s%n%s; %d requests answered, %d not%n",
        made, killed, ends, watch.looks(), answered.get(), unanswered.get());
    return watch.looks().violations() == 0;
  }

  private void release(int number) throws Exception {
    boolean bad = number % 3 == 0;
    double failsFrom = bad ? WEIGHTS[number / 3 % WEIGHTS.length] : ReleaseWatch.NEVER;
    String version = "v" + number;
    watch.begin(version, failsFrom);
    etcd.put("/gateway/flagz/release.version", version);
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(RELEASE_SECONDS);
    do {
      TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
      if (made < kills && !isEnd(watch.storedStage())) {
        kill();
      }
    } while (!isEnd(watch.storedStage()) && System.nanoTime() < giveUp);
    TimeUnit.SECONDS.sleep(1);
    String end = watch.storedStage();
    String what = bad ? "canary fails from " + failsFrom + " on" : "canary is good";
    if (!bad && end.equals("reverted")) {
      watch.looks().violation(version + " is good and reverted");
    }
    String never = bad && !watch.isFailing() ? " before it failed" : "";
    ends.merge(what + ": " + (end.isEmpty() ? "no state" : end) + never, 1, Integer::sum);
    System.out.printf("%d kills, %s, %s: %s; %s%n", made, version, what, end, watch.looks());
    if (isEnd(end)) {
      killAll(version, end);
    }
  }

  private static boolean isEnd(String found) {
    return found.equals("promoted") || found.equals("reverted");
  }

  /** Kills all gateways at once at the end of a release: the state must be the same afterwards. */
  private void killAll(String version, String end) throws Exception {
    killed.merge("all gateways, " + watch.step(), 1, Integer::sum);
    for (int i = 0; i < NODES; i++) {
      nodes.kill("node" + i);
    }
    for (int i = 0; i < NODES; i++) {
      nodes.startNode(i);
    }
    for (int i = 0; i < NODES; i++) {
      awaitNode(i);
    }
    TimeUnit.SECONDS.sleep(1);
    String now = watch.storedStage();
    if (!now.equals(end)) {
      watch.looks().violation(version + " was " + end + ", and is " + now + " after restarts");
    }
  }

  private void count(String what) {
    made++;
    killed.merge(what + ", " + watch.step(), 1, Integer::sum);
  }

  private void kill() throws Exception {
    switch (random.nextInt(4)) {
      case 0 -> {
        count("coordinator of the gateways");
        restart(oldest[0]);
      }
      case 1 -> {
        count("leader of etcd");
        int leader = etcd.leader();
        nodes.kill("etcd" + leader);
        TimeUnit.MILLISECONDS.sleep(500);
        nodes.startEtcd(leader);
        awaitEtcd();
      }
      case 2 -> {
        count("all of etcd");
        for (int i = 0; i < NODES; i++) {
          nodes.kill("etcd" + i);
        }
        TimeUnit.MILLISECONDS.sleep(random.nextInt(2_000));
        for (int i = 0; i < NODES; i++) {
          nodes.startEtcd(i);
        }
        awaitEtcd();
      }
      default -> {
        count("gateway");
        restart(oldest[1 + random.nextInt(NODES - 1)]);
      }
    }
  }

  private void restart(int node) throws Exception {
    nodes.kill("node" + node);
    nodes.startNode(node);
    int place = IntStream.range(0, NODES).filter(i -> oldest[i] == node).findFirst().orElseThrow();
    System.arraycopy(oldest, place + 1, oldest, place, NODES - 1 - place);
    oldest[NODES - 1] = node;
    awaitNode(node);
  }

  private void awaitEtcd() throws InterruptedException {
    etcd.put("/ready", "yes");
  }

  /** Starts a node again that ends by itself, as a supervisor does. A later kill may help it. */
  private void awaitNode(int node) throws IOException, InterruptedException {
    for (int i = 0; i < 600; i++) {
      if (watch.get(node, "/health/ready").isPresent()) {
        return;
      }
      if (!nodes.isAlive("node" + node)) {
        killed.merge("none: a gateway ended by itself", 1, Integer::sum);
        TimeUnit.SECONDS.sleep(1);
        nodes.startNode(node);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    killed.merge("none: a gateway did not start within a minute", 1, Integer::sum);
  }

  private void ask() {
    ThreeNodes.ask(client)
        .whenComplete(
            (response, failure) -> (failure == null ? answered : unanswered).incrementAndGet());
  }
}
