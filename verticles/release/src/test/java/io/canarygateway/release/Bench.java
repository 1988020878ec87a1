package io.canarygateway.release;

import io.canarygateway.config.FlagValues;
import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.VerticleHost;
import io.canarygateway.judge.Outcome;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.NodeScores;
import io.canarygateway.message.ReleaseCommand;
import io.canarygateway.message.ReleaseReports;
import io.canarygateway.message.ReleaseScores;
import io.canarygateway.message.ReleaseVerdict;
import io.canarygateway.message.ReleaseWeights;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/**
 * A node with a release of the default route. It sends the outcomes that a test asks for, and
 * brings the weights of the release into force as the flag watcher does.
 */
final class Bench implements AutoCloseable {

  private static final String LOOP = "loop";
  private static final AtomicLong CLIENTS = new AtomicLong();

  private final VerticleHost host;
  private final String node;
  private final boolean clustered;
  private final ExecutorService layers = Executors.newSingleThreadExecutor();
  private final List<ReleaseVerdict> verdicts = new CopyOnWriteArrayList<>();
  private volatile JsonObject config;
  private volatile double weight = -1;
  private boolean canaryOpen = true;
  private volatile boolean following = true;
  private String deployment = "";

  private Bench(JsonObject config, String node, boolean clustered) throws Exception {
    this.config = config;
    this.node = node;
    this.clustered = clustered;
    host = VerticleHost.with(config);
    host.bus()
        .<ReleaseWeights>localConsumer(
            Addresses.RELEASE_WEIGHTS, message -> layers.execute(() -> bring(message.body())));
    host.bus()
        .<ReleaseVerdict>consumer(
            Addresses.CLUSTER_RELEASE_VERDICTS, message -> verdicts.add(message.body()));
    host.vertx().setPeriodic(25, timer -> send(List.of()));
  }

  static Bench with(JsonObject config) throws Exception {
    return new Bench(config, "n1", false).start();
  }

  static Bench node(String node, JsonObject config) throws Exception {
    return new Bench(config, node, true).start();
  }

  /** Settings of a release whose steps pass after 60 canary clients without a failure. */
  static JsonObject config(Path stateDir) {
    return new JsonObject()
        .put("main-target", "http://127.0.0.1:9")
        .put("canary-target", "http://127.0.0.1:9")
        .put("strategy", "rollout")
        .put("rollout", new JsonObject().put("canary", 0))
        .put(
            "release",
            new JsonObject()
                .put("version", "v2")
                .put("state-dir", stateDir.toString())
                .put("steps", new JsonArray().add(step(0.1)).add(step(0.5)).add(1))
                .put("judge", new JsonObject().put("acceptable", 0.1)));
  }

  static JsonObject step(double weight) {
    return new JsonObject().put("weight", weight).put("min-duration", "0s").put("min-clients", 10);
  }

  static JsonObject release(JsonObject config, String member, Object value) {
    JsonObject copy = config.copy();
    copy.getJsonObject("release").put(member, value);
    return copy;
  }

  Bench start() throws Exception {
    weight = -1;
    FlagValues values = VerticleHost.values(config);
    deployment =
        host.deploy(
            ReleaseVerticle.create(
                ReleasesConfig.of(host.config(), values, node, clustered, true), host.registry()));
    return this;
  }

  void stop() {
    Await.result(host.undeploy(deployment));
  }

  void restart() throws Exception {
    stop();
    start();
  }

  /** Takes other settings. */
  void use(JsonObject other) throws Exception {
    config = other;
    layers.submit(() -> apply(Math.max(0, weight))).get();
  }

  /** Another layer sets canary's share from now on. */
  void override(double share) throws Exception {
    following = false;
    layers.submit(() -> apply(share)).get();
  }

  private void bring(ReleaseWeights weights) {
    weight = weights.routes().isEmpty() ? -1 : weights.routes().get(0).weight();
    if (following) {
      apply(Math.max(0, weight));
    }
  }

  private void apply(double share) {
    try {
      host.use(config.copy().put("rollout", new JsonObject().put("canary", share)));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Joins the buses of two nodes, as a cluster does, for the messages about releases. */
  static void join(Bench one, Bench other) {
    pass(one, other);
    pass(other, one);
  }

  private static void pass(Bench from, Bench to) {
    from.host
        .bus()
        .<NodeScores>consumer(
            Addresses.CLUSTER_RELEASE_SCORES,
            message -> {
              if (message.body().node().equals(from.node)) {
                to.host.bus().publish(Addresses.CLUSTER_RELEASE_SCORES, message.body());
              }
            });
    from.host
        .bus()
        .<ReleaseVerdict>consumer(
            Addresses.CLUSTER_RELEASE_VERDICTS,
            message -> {
              if (message.body().node().equals(from.node)) {
                to.host.bus().publish(Addresses.CLUSTER_RELEASE_VERDICTS, message.body());
              }
            });
  }

  /** The share that the release asks for; -1 if it is not known. */
  double weight() {
    return weight;
  }

  VerticleHost host() {
    return host;
  }

  /** The verdicts so far, in order. */
  List<String> verdicts() {
    host.awaitTurns();
    return verdicts.stream().map(ReleaseVerdict::verdict).toList();
  }

  ReleaseVerdict lastVerdict() {
    host.awaitTurns();
    return verdicts.get(verdicts.size() - 1);
  }

  ComponentHealth health() {
    return host.health("release");
  }

  /**
   * Sends outcomes of new clients under the share in force. No other message may bring a watermark
   * from between them.
   */
  synchronized void clients(int canary, int canaryFailed, int main, int mainFailed) {
    List<byte[]> outcomes = new ArrayList<>();
    for (int i = 0; i < canary; i++) {
      outcomes.add(new byte[] {Outcome.of(true, i < canaryFailed, 0)});
    }
    for (int i = 0; i < main; i++) {
      outcomes.add(new byte[] {Outcome.of(false, i < mainFailed, 0)});
    }
    int size = outcomes.size();
    long[] clients = new long[size];
    long[] admitted = new long[size];
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      clients[i] = Double.doubleToLongBits(CLIENTS.incrementAndGet() * 1e-7);
      admitted[i] = System.nanoTime();
      bytes[i] = outcomes.get(i)[0];
    }
    double share = host.config().routes().all().get(0).rollout().canary();
    send(List.of(new ReleaseScores.Segment(share, size, clients, admitted, bytes)));
  }

  /** Whether the circuit breaker lets requests to canary from now on. */
  synchronized void canaryOpen(boolean open) {
    canaryOpen = open;
    send(List.of());
  }

  private synchronized void send(List<ReleaseScores.Segment> segments) {
    String version = config.getJsonObject("release").getString("version");
    host.bus()
        .publish(
            Addresses.RELEASE_SCORES,
            new ReleaseScores(
                LOOP,
                List.of(
                    new ReleaseScores.OfRoute(
                        "", version, System.nanoTime(), canaryOpen, segments))),
            Addresses.WITHIN_PROCESS);
  }

  ReleaseReports.OfRoute report() {
    return Await.result(host.bus().<ReleaseReports>request(Addresses.RELEASES_GET, ""))
        .body()
        .releases()
        .get(0);
  }

  /** Commands; the report after it. */
  ReleaseReports.OfRoute command(String action) {
    return Await.result(
            host.bus()
                .<ReleaseReports>request(
                    Addresses.RELEASE_COMMAND, new ReleaseCommand("", action, "ops")))
        .body()
        .releases()
        .get(0);
  }

  /** The code with which a command is refused. */
  int refusal(String action) {
    return Await.result(
        host.bus()
            .request(Addresses.RELEASE_COMMAND, new ReleaseCommand("", action, "ops"))
            .map(reply -> 0)
            .otherwise(cause -> ((ReplyException) cause).failureCode()));
  }

  /** Waits for a state whose share is also in force. */
  ReleaseReports.OfRoute await(String state, double share) {
    return Awaitility.await()
        .until(
            this::report,
            each ->
                each.state().equals(state)
                    && each.weight() == share
                    && (!following || each.weightInForce() == share));
  }

  @Override
  public void close() {
    host.close();
    layers.shutdownNow();
  }
}
