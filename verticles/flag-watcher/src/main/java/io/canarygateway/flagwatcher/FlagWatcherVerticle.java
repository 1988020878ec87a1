package io.canarygateway.flagwatcher;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.DynamoDbConfig;
import io.canarygateway.config.EtcdConfig;
import io.canarygateway.config.Extensions;
import io.canarygateway.config.Extensions.Configured;
import io.canarygateway.config.ExtensionsConfig;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.FlagsConfig;
import io.canarygateway.extension.FlagSource;
import io.canarygateway.extension.RolloutSource;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagRegistry;
import io.canarygateway.flags.Problem;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.MeterReporter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the sources of the settings: the configuration document, a directory of flags, etcd, what
 * users added, DynamoDB and JMX, each covering those before it. Holds the current {@link
 * io.canarygateway.snapshot.ConfigSnapshot}, answers {@link Addresses#SNAPSHOT_GET} with it, and
 * publishes each new one at {@link Addresses#SNAPSHOT}. A source that cannot be reached leaves its
 * last values in force and makes the gateway degraded, not down.
 */
public final class FlagWatcherVerticle extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(FlagWatcherVerticle.class);

  /** What there is before anything is asked. */
  private record Found(
      FlagRegistry declared,
      List<Configured<FlagSource>> flags,
      List<Configured<RolloutSource>> rollouts) {}

  private final FlagWatcherConfig config;
  private final MeterRegistry registry;
  private final FlagBeans beans = new FlagBeans();
  private OverrideTarget operators;
  private Overrides overrides;
  private FlagStore store;
  private WatcherSink sink;
  private Optional<ConfSource> conf = Optional.empty();
  private Optional<DirectorySource> directory = Optional.empty();
  private final List<Source> sources = new ArrayList<>();
  private FileWatch files;
  private Debounce look;
  private boolean looking;
  private boolean lookAgain;

  /**
   * A watcher of all sources that the configuration names.
   *
   * @param registry where it records
   */
  public FlagWatcherVerticle(FlagWatcherConfig config, MeterRegistry registry) {
    this.config = config;
    this.registry = registry;
  }

  /** Fails with a {@link ConfigException} if there are no settings that fit together. */
  @Override
  public Future<?> start() {
    // On a worker, since declarations may name files, and users' classes are looked for.
    return vertx
        .executeBlocking(
            () -> {
              EtcdConfig.checkFiles(config.conf());
              ExtensionsConfig extensions = ExtensionsConfig.of(config.conf());
              return new Found(
                  config.conf().registry(),
                  Extensions.of(FlagSource.class, extensions),
                  Extensions.of(RolloutSource.class, extensions));
            })
        .compose(this::load)
        .compose(begun -> serve())
        .compose(serving -> watchFiles())
        .recover(cause -> closeSources().transform(closed -> Future.failedFuture(cause)));
  }

  /** Asks all sources for what they have, and makes the first snapshot of it. */
  private Future<Void> load(Found found) {
    store = new FlagStore(found.declared(), System::currentTimeMillis);
    sink = new WatcherSink(config.node(), store, vertx.eventBus(), registry);
    FlagsConfig flags = FlagsConfig.of(config.conf());
    directory = flags.directoryIfSet().map(path -> new DirectorySource(path, store, sink));
    addSources(found);
    Map<Source, List<Change>> brought = new LinkedHashMap<>();
    List<Change> batch = new ArrayList<>(confValues());
    Future<?> loaded = readDirectory().map(batch::addAll);
    for (Source source : sources) {
      loaded =
          loaded
              .compose(v -> source.initialise())
              .map(
                  changes -> {
                    brought.put(source, changes);
                    return batch.addAll(changes);
                  });
    }
    operators = new OverrideTarget(store, sink);
    overrides = new Overrides(vertx, config.node(), operators);
    return loaded
        .compose(v -> overrides.load())
        .map(texts -> batch.addAll(operators.changes(texts, false)))
        .compose(v -> begin(batch, brought, flags.strict()));
  }

  private void addSources(Found found) {
    FlagValues conf = config.conf();
    MeterReporter reporter = new MeterReporter(vertx);
    reporter.start(Runnable::run);
    EtcdConfig.of(conf)
        .ifPresent(section -> sources.add(new EtcdSource(vertx, section, store, sink, registry)));
    found.flags().forEach(added -> sources.add(new ExtensionSource(vertx, added, store, sink)));
    DynamoDbConfig.of(conf)
        .map(section -> new Configured<>(new DynamoDbRollouts(vertx, section), "{}"))
        .ifPresent(table -> addRollouts(Layer.DYNAMODB, table, reporter));
    found.rollouts().forEach(added -> addRollouts(Layer.ROLLOUT, added, reporter));
  }

  private void addRollouts(
      Layer layer, Configured<? extends RolloutSource> rollouts, MeterReporter reporter) {
    RolloutMetrics metrics = new RolloutMetrics(registry, reporter);
    sources.add(new RolloutPoller(vertx, layer, rollouts, store, sink, metrics));
  }

  private List<Change> confValues() {
    return config.conf().texts().entrySet().stream()
        .map(entry -> new Change(Layer.CONF, entry.getKey(), entry.getValue(), document()))
        .toList();
  }

  private Future<List<Change>> readDirectory() {
    if (directory.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    DirectorySource source = directory.get();
    return vertx
        .executeBlocking(source::scan)
        .map(scan -> source.read(scan, false))
        .onFailure(source::failed)
        .otherwise(List.of());
  }

  private Future<Void> begin(
      List<Change> batch, Map<Source, List<Change>> brought, boolean strict) {
    try {
      Map<Change, Problem> refused = sink.start(batch, strict);
      brought.forEach((source, changes) -> source.initialised(changes, refused));
      if (config.document() != null) {
        sink.status(Layer.CONF, Status.UP, document());
      }
      return Future.succeededFuture();
    } catch (ConfigException e) {
      return Future.failedFuture(e);
    }
  }

  private String document() {
    return config.document() == null ? "" : config.document().toString();
  }

  private Future<?> serve() {
    Future<?> snapshots =
        vertx
            .eventBus()
            .localConsumer(Addresses.SNAPSHOT_GET, message -> message.reply(store.current()))
            .completion();
    Future<?> reports =
        vertx
            .eventBus()
            .localConsumer(Addresses.FLAGS_GET, message -> message.reply(sink.report()))
            .completion();
    Future<?> healths =
        vertx
            .eventBus()
            .localConsumer(Addresses.HEALTH_ASK, message -> sink.repeatHealth())
            .completion();
    sources.forEach(Source::start);
    registerBeans();
    return Future.all(
        List.of(snapshots, reports, healths, serveOtherNodes(), overrides.start(), peers()));
  }

  /** Nothing waits for it: the first use of JMX takes a tenth of the gateway's start. */
  private void registerBeans() {
    vertx
        .executeBlocking(
            () -> {
              beans.register(store, context, this::override);
              return null;
            })
        .onFailure(e -> LOG.warn("flags cannot be set by JMX", e));
  }

  /** Of the sources that say what the rollout is, the last one does: it covers the others. */
  private Future<?> peers() {
    Optional<Source> deciding =
        sources.stream()
            .filter(source -> source.rollouts().isPresent())
            .reduce((lower, upper) -> upper);
    return vertx.isClustered() && deciding.isPresent()
        ? new PeerRollouts(
                vertx, config.node(), deciding.get().rollouts().orElseThrow(), store, sink)
            .start()
        : Future.succeededFuture();
  }

  /** Nodes without a flag watcher follow this one. */
  private Future<?> serveOtherNodes() {
    if (!vertx.isClustered()) {
      return Future.succeededFuture();
    }
    List<Future<Void>> serving = new ArrayList<>();
    for (String node : List.of("", config.node())) {
      serving.add(
          vertx
              .eventBus()
              .consumer(
                  Addresses.of(Addresses.CLUSTER_SNAPSHOT_GET, node),
                  message -> message.reply(sink.nodeSnapshot()))
              .completion());
      serving.add(
          vertx
              .eventBus()
              .consumer(
                  Addresses.of(Addresses.CLUSTER_FLAGS_GET, node),
                  message -> message.reply(sink.report()))
              .completion());
    }
    return Future.all(serving);
  }

  /** Sets a flag by JMX, or takes that back, on all nodes. */
  private void override(Flag<?> flag, String text) {
    overrides.tell(flag.name(), operators.override(flag, text));
  }

  private Future<?> watchFiles() {
    conf =
        Optional.ofNullable(config.document())
            .map(path -> new ConfSource(vertx, path, store, sink));
    if (conf.isEmpty() && directory.isEmpty()) {
      return Future.succeededFuture();
    }
    look = new Debounce(vertx, () -> look());
    try {
      files = FileWatch.start(vertx, look::poke);
    } catch (IOException e) {
      LOG.warn("the system gives no notice of changes, so they are looked for now and then", e);
    }
    vertx.setPeriodic(config.pollPeriod().toMillis(), timer -> look());
    return look();
  }

  /** Looks at all files: once at a time, and once more if asked to meanwhile. */
  private Future<?> look() {
    if (looking) {
      lookAgain = true;
      return Future.succeededFuture();
    }
    looking = true;
    // Watched first, so that nothing is missed between looking and watching.
    return vertx
        .executeBlocking(
            () -> {
              List<Path> watched = new ArrayList<>();
              conf.ifPresent(source -> watched.addAll(source.watched()));
              directory.ifPresent(source -> watched.addAll(source.watched()));
              if (files != null) {
                files.watch(watched);
              }
              return null;
            })
        .compose(v -> conf.map(ConfSource::refresh).orElse(Future.succeededFuture()))
        .compose(v -> refreshDirectory())
        .onFailure(cause -> LOG.error("looking at the files failed", cause))
        .onComplete(
            done -> {
              looking = false;
              if (lookAgain) {
                lookAgain = false;
                look();
              }
            });
  }

  private Future<?> refreshDirectory() {
    if (directory.isEmpty()) {
      return Future.succeededFuture();
    }
    DirectorySource source = directory.get();
    return vertx
        .executeBlocking(source::scan)
        .onSuccess(scan -> sink.apply(source.read(scan, true), true))
        .onFailure(source::failed)
        .otherwiseEmpty();
  }

  @Override
  public Future<?> stop() {
    conf.ifPresent(ConfSource::close);
    Future<?> unregistered =
        vertx.executeBlocking(
            () -> {
              beans.unregister();
              return null;
            });
    Future<?> watching = files == null ? Future.succeededFuture() : files.close();
    return Future.join(unregistered, watching, closeSources());
  }

  private Future<?> closeSources() {
    return Future.join(sources.stream().map(Source::close).toList());
  }
}
