package io.canarygateway.benchmarks.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Looks at the gateways and at etcd many times a second, also while some of them are stopped, and
 * lets canary fail from a share on. Its methods are called by another thread than {@link #run}.
 */
final class ReleaseWatch implements Runnable {

  /** A share that is never reached. */
  static final double NEVER = 2;

  /** How long after canary began to fail a promotion may have been decided before. */
  private static final long DECIDED_BEFORE_MS = 1_000;

  private static final long PAUSE_MS = 40;

  private final HttpClient client;
  private final EtcdOverHttp etcd;
  private final ThreeNodes nodes;
  private final Looks looks = new Looks();
  private volatile String version = "";
  private volatile double failsFrom = NEVER;
  private volatile long failingSince;
  private volatile JsonNode last = MissingNode.getInstance();

  ReleaseWatch(HttpClient client, EtcdOverHttp etcd, ThreeNodes nodes) {
    this.client = client;
    this.etcd = etcd;
    this.nodes = nodes;
  }

  Looks looks() {
    return looks;
  }

  /** Begins with another version, whose canary fails from a share on. */
  void begin(String newVersion, double newFailsFrom) {
    nodes.canaryFails(false);
    failingSince = 0;
    failsFrom = newFailsFrom;
    version = newVersion;
  }

  /** The stage of the version in etcd, read now; empty if there is none, or no etcd. */
  String storedStage() throws IOException, InterruptedException {
    JsonNode progress = stored();
    return isCurrent(progress) ? progress.path("stage").asText() : "";
  }

  /** Where the release was at the last look, such as {@code running at 10 %}. */
  String step() {
    JsonNode progress = last;
    return isCurrent(progress)
        ? String.format(
            Locale.ROOT,
            "%s at %.0f %%",
            progress.path("stage").asText(),
            100 * progress.path("weight").asDouble())
        : "before its start";
  }

  /** Whether canary of the version fails. */
  boolean isFailing() {
    return failingSince != 0;
  }

  private boolean isCurrent(JsonNode progress) {
    return progress.path("version").asText().equals(version);
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        look();
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      looks.violation("the watch ended: " + e);
    }
  }

  private void look() throws IOException, InterruptedException {
    List<JsonNode> reports = new ArrayList<>();
    long at = System.currentTimeMillis();
    for (int i = 0; i < ThreeNodes.NODES; i++) {
      get(i, "/api/v1/releases/default").ifPresent(reports::add);
    }
    JsonNode progress = stored();
    looks.compare(reports, progress, at);
    if (!progress.isMissingNode()) {
      last = progress;
    }
    if (isCurrent(progress)) {
      follow(progress);
    }
  }

  private void follow(JsonNode progress) {
    if (!isFailing() && progress.path("weight").asDouble() >= failsFrom) {
      nodes.canaryFails(true);
      failingSince = System.currentTimeMillis();
    }
    if (isFailing()
        && progress.path("stage").asText().equals("promoted")
        && progress.path("stepSinceMillis").asLong() > failingSince + DECIDED_BEFORE_MS) {
      looks.violation(version + " fails and is promoted: " + progress);
      failingSince = Long.MAX_VALUE - DECIDED_BEFORE_MS; // Says so once.
    }
  }

  private JsonNode stored() throws IOException, InterruptedException {
    return etcd.get("/gateway/releases/default")
        .map(state -> state.path("progress"))
        .orElseGet(MissingNode::getInstance);
  }

  /** What a gateway answers on its instrumentation port; empty if it is stopped or not ready. */
  Optional<JsonNode> get(int node, String path) throws InterruptedException {
    return EtcdOverHttp.send(
        client,
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ThreeNodes.metrics(node) + path)));
  }
}
