package io.canarygateway.flagwatcher;

import io.canarygateway.config.DynamoDbConfig;
import io.canarygateway.config.EtcdConfig;
import io.canarygateway.config.Extensions.Configured;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.FlagsConfig;
import io.canarygateway.extension.RolloutSource;
import io.canarygateway.flags.Problem;
import io.canarygateway.message.MeterReporter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** All sources of one gateway, in the order of their layers. On one context. */
final class Sources {

  private final List<Source> all;
  private final FilePolling files;

  /** The first changes of each source, until {@link #initialised}. */
  private final Map<Source, List<Change>> initial = new LinkedHashMap<>();

  private Sources(Vertx vertx, List<Source> all, Duration pollPeriod) {
    this.all = List.copyOf(all);
    this.files =
        new FilePolling(
            vertx,
            all.stream().filter(FileSource.class::isInstance).map(FileSource.class::cast).toList(),
            pollPeriod);
  }

  /** The configuration document, and the sources that it names. */
  static Sources of(
      Vertx vertx,
      FlagWatcherConfig config,
      Declarations declared,
      FlagStore store,
      FlagSink sink,
      MeterRegistry registry) {
    FlagValues conf = config.conf();
    List<Source> all = new ArrayList<>();
    all.add(new ConfSource(vertx, config, store, sink));
    FlagsConfig.of(conf)
        .directoryIfSet()
        .ifPresent(directory -> all.add(new DirectorySource(vertx, directory, store, sink)));
    EtcdConfig.of(conf)
        .ifPresent(section -> all.add(new EtcdSource(vertx, section, store, sink, registry)));
    declared
        .flagSources()
        .forEach(extension -> all.add(new ExtensionSource(vertx, extension, store, sink)));
    MeterReporter reporter = new MeterReporter(vertx);
    reporter.start(Runnable::run);
    RolloutMetrics metrics = new RolloutMetrics(registry, reporter);
    DynamoDbConfig.of(conf)
        .map(section -> new DynamoDbRollouts(vertx, section))
        .map(table -> new RolloutPoller(vertx, Layer.DYNAMODB, table, store, sink, metrics))
        .ifPresent(
            poller -> {
              store.setRouteValues(poller);
              all.add(poller);
            });
    for (Configured<RolloutSource> extension : declared.rolloutSources()) {
      RolloutFeed feed = new UserRollouts(extension);
      all.add(new RolloutPoller(vertx, Layer.ROLLOUT, feed, store, sink, metrics));
    }
    return new Sources(vertx, all, config.pollPeriod());
  }

  /** Asks one source after the other for its first values; never fails. */
  Future<List<Change>> initialise() {
    List<Change> batch = new ArrayList<>();
    Future<?> loaded = Future.succeededFuture();
    for (Source source : all) {
      loaded =
          loaded
              .compose(previous -> source.initialise(List.copyOf(batch)))
              .map(
                  changes -> {
                    initial.put(source, changes);
                    return batch.addAll(changes);
                  });
    }
    return loaded.map(all -> batch);
  }

  /** Reports to each source which of its first changes were refused, and why. */
  void initialised(Map<Change, Problem> refused) {
    initial.forEach((source, changes) -> source.initialised(changes, refused));
    initial.clear();
  }

  /** The topmost source of the default route's rollout, which is the rollout in force. */
  Optional<RolloutOrigin> rolloutOrigin() {
    return rolloutOrigins().reduce((lower, upper) -> upper);
  }

  /** The topmost source of the routes' rollouts. */
  Optional<RolloutOrigin> routeRolloutOrigin() {
    return rolloutOrigins().filter(RolloutOrigin::knowsRoutes).reduce((lower, upper) -> upper);
  }

  private Stream<RolloutOrigin> rolloutOrigins() {
    return all.stream().flatMap(source -> source.rolloutOrigin().stream());
  }

  /** Follows every source; completes once the files have been read again. */
  Future<?> start() {
    all.forEach(Source::start);
    return files.start();
  }

  Future<?> close() {
    List<Future<?>> closing = new ArrayList<>();
    closing.add(files.close());
    all.forEach(source -> closing.add(source.close()));
    return Future.join(closing);
  }
}
