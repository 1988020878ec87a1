package io.canarygateway.flagwatcher;

import static io.canarygateway.flagwatcher.ScriptedRollouts.canary;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.config.Extensions.Configured;
import io.canarygateway.config.Settings;
import io.canarygateway.extension.Rollouts;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.MessageCodecs;
import io.canarygateway.message.MeterReporter;
import io.canarygateway.message.RolloutReport;
import io.canarygateway.snapshot.SnapshotCodec;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sources that users wrote, which may do anything, and reports of other nodes. */
class AddedSourcesTest {

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final FlagStore store = new FlagStore(Settings.registry(), () -> 7);
  private WatcherSink sink;

  @BeforeEach
  void make() throws Exception {
    MessageCodecs.register(vertx.eventBus());
    SnapshotCodec.register(vertx.eventBus());
    sink = on(() -> new WatcherSink("me", store, vertx.eventBus(), registry));
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private <T> T on(Callable<T> task) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    context.runOnContext(
        v -> {
          try {
            result.complete(task.call());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    return result.get(30, TimeUnit.SECONDS);
  }

  private <T> T ended(Callable<Future<T>> task) throws Exception {
    return on(task).toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  /** As the watcher does it. */
  private void run(Source source) throws Exception {
    List<Change> brought = ended(source::initialise);
    on(
        () -> {
          List<Change> batch =
              new ArrayList<>(
                  List.of(
                      Change.set(Layer.CONF, "main-target", "http://m", ""),
                      Change.set(Layer.CONF, "canary-target", "http://c", "")));
          batch.addAll(brought);
          source.initialised(brought, sink.start(batch, false));
          source.start();
          return null;
        });
  }

  private String inForce(String flag) throws Exception {
    return on(() -> store.current().values().texts().get(flag));
  }

  private String health() throws Exception {
    return on(
        () -> {
          ComponentHealth health = sink.reports().make().sources().get(0);
          return health.status() + " " + health.detail();
        });
  }

  private RolloutPoller poller(ScriptedRollouts script) throws Exception {
    return on(
        () ->
            new RolloutPoller(
                vertx,
                Layer.ROLLOUT,
                new UserRollouts(new Configured<>(script, "{}")),
                store,
                sink,
                new RolloutMetrics(registry, new MeterReporter(vertx))));
  }

  private double failures() {
    return registry.counter("gateway_rollout_updates", "result", "failure").count();
  }

  @Test
  void aReadingThatHangsIsOneCallAndItsThreadIsNobodyElses() throws Exception {
    ScriptedRollouts script = new ScriptedRollouts();
    script.answer = () -> canary(0.5);
    RolloutPoller poller = poller(script);
    run(poller);
    await().until(() -> inForce("rollout.canary").equals("0.5"));
    CountDownLatch asked = new CountDownLatch(2);
    CountDownLatch hanging = new CountDownLatch(1);
    script.answer =
        () -> {
          asked.countDown();
          hanging.await();
          return canary(0.9);
        };
    await().until(() -> asked.getCount() == 1);
    int calls = script.calls.get();
    await().until(() -> inForce("rollout.canary").equals("0"));
    await().until(() -> health().equals("DEGRADED no answer in time"));
    double failures = failures();
    await().until(() -> failures() >= failures + 6);
    assertThat(script.calls).hasValue(calls);
    script.answer = () -> canary(0.25);
    hanging.countDown();
    await().until(() -> inForce("rollout.canary").equals("0.25"));
    assertThat(health()).isEqualTo("UP a script");

    CompletableFuture<Rollouts> never = new CompletableFuture<>();
    script.answer =
        () -> {
          asked.countDown();
          return never;
        };
    await().until(() -> asked.getCount() == 0);
    int then = script.calls.get();
    await().until(() -> inForce("rollout.canary").equals("0"));
    await().until(() -> health().equals("DEGRADED no answer in time"));
    assertThat(script.calls).as("the stage has not ended").hasValue(then);
    script.answer = () -> canary(1);
    never.complete(null);
    await().until(() -> inForce("rollout.canary").equals("1"));
    script.closing = new CountDownLatch(1);
    ended(poller::close);
  }

  @Test
  void aSourceThatHangsFromTheFirstDoesNotHoldUpTheStart() throws Exception {
    ScriptedRollouts script = new ScriptedRollouts();
    CountDownLatch hanging = new CountDownLatch(1);
    script.answer =
        () -> {
          hanging.await();
          return canary(0.9);
        };
    RolloutPoller poller = poller(script);
    long began = System.nanoTime();
    run(poller);
    assertThat(System.nanoTime() - began).isLessThan(20_000_000_000L);
    assertThat(inForce("rollout.canary")).isEqualTo("0");
    assertThat(health()).isEqualTo("DEGRADED no answer in time");
    assertThat(script.calls).hasValue(1);
    script.answer = () -> canary(0.5);
    hanging.countDown();
    await().until(() -> inForce("rollout.canary").equals("0.5"));
    ended(poller::close);
  }

  @Test
  void aReadingThatIsNothingIsAFailure() throws Exception {
    ScriptedRollouts script = new ScriptedRollouts();
    script.answer = () -> canary(0.5);
    run(poller(script));
    script.answer = () -> CompletableFuture.completedFuture(null);
    await().until(() -> health().equals("DEGRADED no reading"));
    script.answer = () -> canary(0.75);
    await().until(() -> health().equals("UP a script"));
    script.answer = () -> null;
    await().until(() -> health().equals("DEGRADED no reading"));
    await().until(() -> inForce("rollout.canary").equals("0"));
    script.answer = () -> canary(0.75);
    await().until(() -> inForce("rollout.canary").equals("0.75"));
  }

  private ExtensionSource extension(ScriptedFlags sayings) throws Exception {
    return on(() -> new ExtensionSource(vertx, new Configured<>(sayings, "{}"), store, sink));
  }

  @Test
  void aSourceHearsWhatOfItsFirstValuesWasRefused() throws Exception {
    ScriptedFlags sayings =
        new ScriptedFlags(
            Map.of(
                "trim-prefix",
                "/api",
                "strategy",
                "sidecar",
                "max-requests-in-flight",
                "-1",
                "nothing-of-ours",
                "1"),
            new CountDownLatch(0));
    run(extension(sayings));
    assertThat(sayings.refused.get(30, TimeUnit.SECONDS))
        .containsOnlyKeys("strategy", "max-requests-in-flight", "nothing-of-ours")
        .hasEntrySatisfying("strategy", why -> assertThat(why).contains("sidecar-url"));
    assertThat(sayings.answeredOn).doesNotContain("eventloop");
    assertThat(inForce("trim-prefix")).isEqualTo("/api");
    assertThat(health()).isEqualTo("UP sayings");
    Map<String, String> later =
        sayings
            .updates
            .replaceAll(Map.of("strategy", "rubbish"))
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
    assertThat(later).containsOnlyKeys("strategy");
  }

  @Test
  void aSourceThatDoesNotOpenIsShownAndNotOpenedAgain() throws Exception {
    CountDownLatch opening = new CountDownLatch(1);
    ScriptedFlags sayings = new ScriptedFlags(Map.of("trim-prefix", "/late"), opening);
    ExtensionSource source = extension(sayings);
    run(source);
    assertThat(health()).isEqualTo("DEGRADED sayings: opening");
    await()
        .during(Duration.ofSeconds(6))
        .atMost(Duration.ofSeconds(30))
        .until(() -> sayings.opened.get() == 1);
    opening.countDown();
    assertThat(sayings.refused.get(30, TimeUnit.SECONDS)).isEmpty();
    assertThat(inForce("trim-prefix")).isEqualTo("/late");
    ended(source::close);
  }

  @Test
  void whatMeansNothingHereIsToldOfOnce() throws Exception {
    run(extension(new ScriptedFlags(Map.of(), new CountDownLatch(0))));
    OverrideTarget target = on(() -> new OverrideTarget(store, sink));
    Map<String, String> bad = new HashMap<>(Map.of("strategy", "rubbish"));
    for (int look = 0; look < 3; look++) {
      on(Executors.callable(() -> target.replaceAll(bad)));
    }
    assertThat(refusals()).isEqualTo(1);
    bad.put("strategy", "other rubbish");
    on(Executors.callable(() -> target.replaceAll(bad)));
    assertThat(refusals()).isEqualTo(2);
  }

  private double refusals() {
    return registry.counter("gateway_flag_rejections", "source", "override").count();
  }

  /** Etcd, but for the age from which a reading does not count. */
  private RolloutOrigin origin() {
    EtcdRollouts etcd = new EtcdRollouts(sink);
    return new RolloutOrigin() {
      @Override
      public Layer layer() {
        return etcd.layer();
      }

      @Override
      public Duration unhealthy() {
        return Duration.ofSeconds(1);
      }

      @Override
      public boolean knowsRoutes() {
        return true;
      }

      @Override
      public OptionalLong ageNanos(Optional<String> application) {
        return etcd.ageNanos(application);
      }
    };
  }

  private void say(String canary, String maintenance, long age) {
    vertx
        .eventBus()
        .publish(
            Addresses.CLUSTER_ROLLOUTS,
            new RolloutReport("other", Layer.ETCD.label(), canary, maintenance, age));
  }

  @Test
  void reportsOfOtherNodesAreCheckedAndMaintenanceOutlivesThem() throws Exception {
    run(extension(new ScriptedFlags(Map.of(), new CountDownLatch(0))));
    on(
        () -> {
          sink.status(Layer.ETCD, ComponentHealth.Status.DEGRADED, "away");
          RolloutOrigin origin = origin();
          return new NodeRollouts(vertx, "me", origin, Optional.of(origin), store, sink).start();
        });
    await()
        .until(
            () -> {
              say("0.50", "1", 0); // Again and again: each counts for a second only.
              return "0.5".equals(inForce("rollout.canary"));
            });
    say("7", "1", 0);
    say("0.9", "1", -1);
    await().until(() -> inForce("rollout.canary") == null);
    assertThat(inForce("rollout.maintenance")).isEqualTo("1");
    on(() -> sink.apply(List.of(Change.set(Layer.EXTENSION, "rollout.canary", "0.1", "")), false));
    say("0.6", "0.5", 0);
    await().until(() -> "0.5".equals(inForce("rollout.maintenance")));
    assertThat(inForce("rollout.canary")).isEqualTo("0.1");
    on(
        () -> {
          sink.status(Layer.ETCD, ComponentHealth.Status.UP, "back");
          return null;
        });
    await().until(() -> inForce("rollout.maintenance") == null);
  }
}
