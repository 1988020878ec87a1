package io.canarygateway.flagwatcher;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.FlagsConfig;
import io.canarygateway.config.Settings;
import io.canarygateway.flags.Flag;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.FlagReport;
import io.canarygateway.message.OverrideCommand;
import io.canarygateway.message.ReleaseVerdict;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the settings from all sources, serves them on the event bus and by JMX, and follows the
 * sources from then on. On the verticle's context.
 */
final class FlagWatcher {

  private static final Logger LOG = LoggerFactory.getLogger(FlagWatcher.class);

  private final Vertx vertx;
  private final Context context;
  private final FlagWatcherConfig config;
  private final FlagStore store;
  private final WatcherSink sink;
  private final Sources sources;
  private final OverrideTarget operators;
  private final Overrides overrides;
  private final FlagBeans beans = new FlagBeans();

  /** The flags that are set now, until the beans of routes' flags are theirs; else null. */
  private @Nullable Set<String> beansOfRoutes;

  FlagWatcher(
      Vertx vertx,
      Context context,
      FlagWatcherConfig config,
      Declarations declared,
      MeterRegistry registry) {
    this.vertx = vertx;
    this.context = context;
    this.config = config;
    this.store = new FlagStore(declared.flags(), System::currentTimeMillis);
    this.sink = new WatcherSink(config.node(), store, vertx.eventBus(), registry);
    this.sources = Sources.of(vertx, config, declared, store, sink, registry);
    this.operators = new OverrideTarget(store, sink);
    this.overrides = new Overrides(vertx, config.node(), operators);
  }

  /** Fails with a {@link ConfigException} if the values of all sources do not fit together. */
  Future<?> start() {
    return load()
        .compose(loaded -> serve())
        .compose(serving -> sources.start())
        .recover(cause -> close().transform(closed -> Future.failedFuture(cause)));
  }

  /** Asks every source for its values, and makes the first snapshot of them. */
  private Future<Void> load() {
    return sources
        .initialise()
        .compose(
            changes ->
                overrides
                    .load()
                    .map(
                        texts -> {
                          List<Change> batch = new ArrayList<>(changes);
                          batch.addAll(operators.changes(texts, false));
                          return batch;
                        }))
        .compose(this::makeFirstSnapshot);
  }

  private Future<Void> makeFirstSnapshot(List<Change> batch) {
    try {
      boolean strict = FlagsConfig.of(config.conf()).strict();
      sources.initialised(sink.start(batch, strict));
      return Future.succeededFuture();
    } catch (ConfigException e) {
      return Future.failedFuture(e);
    }
  }

  private Future<?> serve() {
    List<Future<?>> serving = new ArrayList<>();
    serving.add(
        answerInProcess(Addresses.SNAPSHOT_GET, () -> Future.succeededFuture(store.current())));
    serving.add(answerInProcess(Addresses.FLAGS_GET, this::report));
    serving.add(overrides.start());
    serving.addAll(serveOperators());
    serving.add(new ReleaseFeed(vertx, sink::releaseWeights).start());
    if (vertx.isClustered()) {
      // A node without a flag watcher asks any node once, and from then on the node that answered.
      for (String node : List.of("", config.node())) {
        serving.add(
            answerCluster(
                Addresses.CLUSTER_SNAPSHOT_GET,
                node,
                () -> Future.succeededFuture(sink.nodeSnapshot())));
        serving.add(answerCluster(Addresses.CLUSTER_FLAGS_GET, node, this::report));
      }
      sources
          .rolloutOrigin()
          .map(
              origin ->
                  new NodeRollouts(
                      vertx, config.node(), origin, sources.routeRolloutOrigin(), store, sink))
          .ifPresent(rollouts -> serving.add(rollouts.start()));
    }
    registerBeans();
    return Future.all(serving);
  }

  /** Of a cluster, any node may be asked by one that has no flag watcher. */
  private List<Future<?>> serveOperators() {
    OverrideCommands commands = new OverrideCommands(store, this::override);
    return List.of(
        vertx
            .eventBus()
            .<OverrideCommand>consumer(Addresses.FLAG_OVERRIDE, commands::execute)
            .completion(),
        answerCluster(
            Addresses.JOURNAL_GET, "", () -> Future.succeededFuture(sink.changes().journal())),
        vertx
            .eventBus()
            .<ReleaseVerdict>consumer(
                Addresses.CLUSTER_RELEASE_VERDICTS,
                message -> sink.changes().add(message.body(), store.revision()))
            .completion());
  }

  private Future<Void> answerInProcess(String address, Supplier<Future<?>> answer) {
    return vertx
        .eventBus()
        .localConsumer(address, message -> answer(message, answer.get()))
        .completion();
  }

  private Future<Void> answerCluster(String address, String node, Supplier<Future<?>> answer) {
    return vertx
        .eventBus()
        .consumer(Addresses.of(address, node), message -> answer(message, answer.get()))
        .completion();
  }

  private static void answer(Message<?> message, Future<?> answer) {
    answer
        .onSuccess(message::reply)
        .onFailure(cause -> message.fail(0, String.valueOf(cause.getMessage())));
  }

  /** On a worker, since the report of a thousand routes takes tens of milliseconds. */
  private Future<FlagReport> report() {
    FlagReports taken = sink.reports();
    return vertx.executeBlocking(taken::make, false);
  }

  /** The start does not wait for this: the first use of JMX takes a tenth of the whole start. */
  private void registerBeans() {
    onWorker(() -> beans.register(store, context, this::overrideByJmx));
    updateBeans();
    sink.onChanged(
        changed -> {
          if (changed.stream().anyMatch(flag -> Settings.routeOf(flag).isPresent())) {
            updateBeans();
          }
        });
  }

  /** Registers the beans of routes' flags that are set now, and removes the others. */
  private void updateBeans() {
    Set<String> set = store.current().values().texts().keySet();
    boolean idle = beansOfRoutes == null;
    beansOfRoutes = set;
    if (idle) {
      context.runOnContext(v -> updateBeansOfRoutes());
    }
  }

  /** Many changes in a row are one update. */
  private void updateBeansOfRoutes() {
    Set<String> set = Objects.requireNonNull(beansOfRoutes);
    onWorker(() -> beans.update(set))
        .onComplete(
            done -> {
              if (beansOfRoutes == set) {
                beansOfRoutes = null;
              } else {
                updateBeansOfRoutes();
              }
            });
  }

  /** Runs one action after the other on a worker. */
  private Future<Void> onWorker(Runnable action) {
    return vertx
        .<Void>executeBlocking(
            () -> {
              action.run();
              return null;
            })
        .onFailure(e -> LOG.warn("flags cannot be set by JMX", e));
  }

  /** Overrides a flag, or takes that back, on all nodes. */
  private void override(Flag<?> flag, Supplier<Optional<String>> text, String origin, String by) {
    overrides.publish(flag.name(), operators.override(flag, text, origin, by));
  }

  private void overrideByJmx(Flag<?> flag, Optional<String> text) {
    override(flag, () -> text.map(flag::canonical), "jmx", "");
  }

  Future<?> close() {
    Future<?> unregistered = onWorker(beans::unregister);
    return Future.join(unregistered, sources.close());
  }
}
