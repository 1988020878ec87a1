package io.canarygateway.flagwatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.config.RolloutConfig;
import io.canarygateway.config.Settings;
import io.canarygateway.extension.Rollouts;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.MessageCodecs;
import io.canarygateway.message.MeterReporter;
import io.canarygateway.message.RouteRollouts;
import io.canarygateway.message.RouteRollouts.OfRoute;
import io.canarygateway.snapshot.SnapshotCodec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes that share the rollouts of routes. */
class NodeRolloutsTest {

  private static final Duration UNHEALTHY = Duration.ofSeconds(3);

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final List<RolloutPoller> pollers = new ArrayList<>();

  @BeforeEach
  void register() {
    MessageCodecs.register(vertx.eventBus());
    SnapshotCodec.register(vertx.eventBus());
  }

  @AfterEach
  void close() throws Exception {
    for (RolloutPoller poller : pollers) {
      on(poller::close);
    }
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  /** A table that can be away. */
  private static final class Table implements RolloutFeed {
    volatile Map<String, Double> canaries = Map.of();
    volatile boolean away;

    @Override
    public String application() {
      return "app";
    }

    @Override
    public boolean knowsRoutes() {
      return true;
    }

    @Override
    public RolloutTraits traits(RolloutTraits before) {
      return new RolloutTraits("a table", 100, UNHEALTHY);
    }

    @Override
    public void open(Runnable changed) {}

    @Override
    public CompletionStage<RolloutReading> read(Set<String> applications) {
      if (away) {
        return CompletableFuture.failedFuture(new IOException("away"));
      }
      Map<String, Rollouts> read = new HashMap<>();
      for (String application : applications) {
        Double canary = canaries.get(application);
        read.put(
            application,
            new Rollouts(
                canary == null ? OptionalDouble.empty() : OptionalDouble.of(canary),
                OptionalDouble.empty()));
      }
      return CompletableFuture.completedFuture(new RolloutReading(read, Optional.empty()));
    }

    @Override
    public void close() {}
  }

  /** The sources of one node. */
  private final class Node {
    final Table table = new Table();
    final FlagStore store = new FlagStore(Settings.registry(), () -> 7);
    final String application;
    private RolloutPoller poller;

    Node(String application) {
      this.application = application;
    }

    Node start(String name) throws Exception {
      on(() -> {
            WatcherSink sink =
                new WatcherSink(name, store, vertx.eventBus(), new SimpleMeterRegistry());
            RolloutMetrics metrics =
                new RolloutMetrics(new SimpleMeterRegistry(), new MeterReporter(vertx));
            poller = new RolloutPoller(vertx, Layer.DYNAMODB, table, store, sink, metrics);
            store.setRouteValues(poller);
            return poller
                .initialise(conf())
                .map(
                    first -> {
                      List<Change> batch = new ArrayList<>(conf());
                      batch.addAll(first);
                      startStore(sink, batch);
                      poller.start();
                      return null;
                    })
                .compose(
                    v ->
                        new NodeRollouts(vertx, name, poller, Optional.of(poller), store, sink)
                            .start());
          })
          .toCompletionStage()
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
      return this;
    }

    private void startStore(WatcherSink sink, List<Change> batch) {
      try {
        sink.start(batch, false);
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    private List<Change> conf() {
      Map<String, String> texts =
          Map.of(
              "main-target", "http://m",
              "canary-target", "http://c",
              "dynamodb.table", "Table",
              "routes.shop.match", "{}",
              "routes.shop.main-target", "http://m",
              "routes.shop.canary-target", "http://c",
              "routes.shop.application", application);
      return texts.entrySet().stream()
          .map(entry -> Change.set(Layer.CONF, entry.getKey(), entry.getValue(), ""))
          .toList();
    }

    double canary() throws Exception {
      return rollout().canary();
    }

    RolloutConfig rollout() throws Exception {
      return on(() -> store.current().config().routes().find("shop").orElseThrow().rollout());
    }

    Layer source() throws Exception {
      return on(() -> store.source("routes.shop.rollout.canary"));
    }
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

  @Test
  void aNodeThatCannotReadItsSourceTakesTheReadingsOfAnother() throws Exception {
    Node ill = new Node("shop");
    ill.table.away = true;
    ill.start("ill");
    assertThat(ill.canary()).isZero();
    Node well = new Node("shop");
    well.table.canaries = Map.of("app", 0.5, "shop", 0.25);
    well.start("well");
    await().until(() -> ill.canary() == 0.25);
    assertThat(ill.source()).isEqualTo(Layer.NODES);
    well.table.canaries = Map.of("app", 0.5, "shop", 0.75);
    await().until(() -> ill.canary() == 0.75);

    ill.table.canaries = Map.of("app", 0.5, "shop", 0.1);
    ill.table.away = false;
    await().until(() -> ill.canary() == 0.1);
    assertThat(ill.source()).isEqualTo(Layer.DYNAMODB);
    ill.table.away = true;
    well.table.away = true;
    await().until(() -> ill.canary() == 0 && well.canary() == 0);
    await().until(() -> ill.source() == Layer.DYNAMODB);
  }

  @Test
  void aDefaultRouteWithoutAnItemKeepsNoOtherRouteBack() throws Exception {
    Node one = new Node("shop");
    one.table.canaries = Map.of("shop", 0.25);
    one.start("one");
    Node two = new Node("shop");
    two.table.away = true;
    two.start("two");
    await().until(() -> two.canary() == 0.25);
    assertThat(on(() -> two.store.current().config().rollout().canary()))
        .as("the item of the default route is missing")
        .isZero();
  }

  @Test
  void theReadingOfAnotherApplicationDoesNotCount() throws Exception {
    Node well = new Node("shop");
    well.table.canaries = Map.of("app", 0.5, "shop", 0.25);
    well.start("well");
    Node other = new Node("other");
    other.table.away = true;
    other.start("other");
    await().until(() -> on(() -> other.store.current().config().rollout().canary()) == 0.5);
    vertx
        .eventBus()
        .publish(
            Addresses.CLUSTER_ROUTE_ROLLOUTS,
            new RouteRollouts(
                "third",
                "dynamodb",
                List.of(
                    new OfRoute("shop", "other", "7", "", 0),
                    new OfRoute("", "app", "1", "", 0),
                    new OfRoute("none", "none", "1", "", 0),
                    new OfRoute("shop", "other", "0.125", "", 0))));
    await().until(() -> other.canary() == 0.125);
    assertThat(on(() -> other.store.current().config().rollout().canary())).isEqualTo(0.5);
  }
}
