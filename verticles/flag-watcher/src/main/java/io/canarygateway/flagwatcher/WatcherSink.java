package io.canarygateway.flagwatcher;

import io.canarygateway.config.Checksums;
import io.canarygateway.config.ConfigException;
import io.canarygateway.config.RouteConfig;
import io.canarygateway.config.Settings;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.Problem;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.HealthReporter;
import io.canarygateway.message.NodeSnapshot;
import io.canarygateway.message.ReleaseWeights;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.eventbus.EventBus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Applies the changes of all sources to the {@link FlagStore}, records them in the journal and the
 * meters, and publishes each new snapshot. On one context.
 */
final class WatcherSink implements FlagSink {

  /** The component of health that exists once a static flag was edited. */
  private static final String RESTART = "restart";

  private final String node;
  private final FlagStore store;
  private final EventBus bus;
  private final ChangeHistory changes;
  private final FlagJournal journal;
  private final FlagMetrics metrics;
  private final SourceBoard sources;
  private final HealthReporter health;
  private final Checksums checksums = new Checksums();
  private final StaticEdits staticEdits;
  private boolean restartReported;

  /** The problems of all sources' first values: with {@code flags.strict} they refuse the start. */
  private final List<Problem> startProblems = new ArrayList<>();

  private boolean starting = true;
  private Consumer<Set<String>> listener = changed -> {};

  WatcherSink(String node, FlagStore store, EventBus bus, MeterRegistry registry) {
    this.node = node;
    this.store = store;
    this.bus = bus;
    this.changes = new ChangeHistory(bus);
    this.journal = new FlagJournal(registry, System::currentTimeMillis, changes::add);
    this.metrics = new FlagMetrics(registry);
    this.sources = new SourceBoard(registry);
    this.health = new HealthReporter(bus);
    this.staticEdits = new StaticEdits(store);
  }

  /**
   * Makes the first snapshot of the values of all sources.
   *
   * @param strict whether any problem refuses the start
   * @return the changes that were refused, and why
   */
  Map<Change, Problem> start(List<Change> batch, boolean strict) throws ConfigException {
    FlagStore.Outcome outcome = store.start(batch);
    outcome.refused().forEach(this::refuse);
    // The document sets many values at the start: only those that are not in force get a log line.
    outcome.applied().stream()
        .filter(change -> change.layer() != Layer.CONF || isCovered(change, Set.of()))
        .forEach(change -> journal(change, Map.of(), Set.of(change.flag())));
    if (strict && !startProblems.isEmpty()) {
      throw new ConfigException(startProblems);
    }
    starting = false;
    startProblems.clear();
    updateMetrics();
    return outcome.refused();
  }

  @Override
  public Map<Change, Problem> apply(List<Change> batch, boolean hold) {
    return apply(batch, hold ? FlagStore.Batch.HELD : FlagStore.Batch.EACH);
  }

  @Override
  public Map<Change, Problem> applyWhole(List<Change> batch) {
    return apply(batch, FlagStore.Batch.WHOLE);
  }

  private Map<Change, Problem> apply(List<Change> batch, FlagStore.Batch as) {
    List<Change> news = batch.stream().filter(this::isNew).toList();
    // Sources that are read again and again seldom bring anything new.
    return news.isEmpty() ? Map.of() : applyNew(news, as);
  }

  /** Brings the shares that releases have decided into force. */
  void releaseWeights(ReleaseWeights weights) {
    store.setReleaseWeights(weights);
    applyNew(List.of(), FlagStore.Batch.EACH);
  }

  private Map<Change, Problem> applyNew(List<Change> news, FlagStore.Batch as) {
    ConfigSnapshot before = store.current();
    FlagStore.Outcome outcome = store.apply(news, as);
    if (news.isEmpty() || news.get(0).layer() != Layer.CONF) {
      outcome.refused().forEach(this::refuse); // ConfSource reports its document as a whole.
    }
    outcome
        .applied()
        .forEach(change -> journal(change, before.values().texts(), outcome.changed()));
    if (store.current() != before) {
      updateMetrics(); // Before it is published: who has the snapshot may look at the metrics.
      bus.publish(Addresses.SNAPSHOT, store.current(), Addresses.WITHIN_PROCESS);
      bus.publish(Addresses.CLUSTER_SNAPSHOT, nodeSnapshot());
      listener.accept(outcome.changed());
    }
    return outcome.refused();
  }

  /** Sets what is told the flags whose values in force have changed, after each new snapshot. */
  void onChanged(Consumer<Set<String>> newListener) {
    listener = newListener;
  }

  private void journal(Change change, Map<String, String> before, Set<String> changed) {
    String name = change.flag();
    if (isCovered(change, changed)) {
      covered(change);
    } else {
      Map<String, String> inForce = store.current().values().texts();
      journal.applied(
          change,
          store.registry().find(name).orElseThrow(),
          Optional.ofNullable(before.get(name)),
          Optional.ofNullable(inForce.get(name)),
          store.revision(),
          changed.contains(name));
      store.members(change).filter(member -> isCovered(member, changed)).forEach(this::covered);
    }
  }

  private void covered(Change change) {
    String name = change.flag();
    Optional<String> now = Optional.ofNullable(store.current().values().texts().get(name));
    Flag<?> flag = store.registry().find(name).orElseThrow();
    journal.covered(change, flag, now, store.source(name), store.revision());
  }

  /**
   * Whether a change sets a value that is not in force, although its author may expect so. A
   * release is meant to cover the share that was set before or together with it.
   *
   * @param changed the flags whose values in force the batch has changed
   */
  private boolean isCovered(Change change, Set<String> changed) {
    Layer by = store.source(change.flag());
    return change.text().isPresent()
        && by.compareTo(change.layer()) > 0
        && !(by == Layer.RELEASE && (starting || changed.contains(versionOf(change.flag()))));
  }

  private static String versionOf(String flag) {
    return Settings.releaseVersionOf(Settings.routeOf(flag).orElse(RouteConfig.DEFAULT));
  }

  /** A source that reads everything again brings many values that it has brought before. */
  private boolean isNew(Change change) {
    return !store.newest(change.layer(), change.flag()).equals(change.text());
  }

  private void updateMetrics() {
    checksums.update(store.registry(), store.current().values());
    metrics.changed(store.current(), checksums.ofStatic(), checksums.ofDynamic());
  }

  private void refuse(Change change, Problem problem) {
    refuse(change.layer(), change.unfitting(problem), change.origin());
  }

  private void refuse(Layer layer, Problem problem, String origin) {
    boolean secret = store.registry().find(problem.key()).map(Flag::secret).orElse(false);
    if (starting) {
      String found = (secret ? "a secret" : problem.found()) + " in " + origin;
      startProblems.add(new Problem(problem.key(), found, problem.expected()));
    }
    journal.refused(layer, problem, secret, store.revision(), origin);
  }

  @Override
  public void refuse(Layer layer, RawValue.Refused refused, String origin) {
    if (refused.cause() == RawValue.Cause.BAD
        || starting && refused.cause() == RawValue.Cause.UNKNOWN) {
      refuse(layer, refused.problem(), origin);
    } else {
      journal.ignored(layer, refused.problem(), store.revision(), origin);
    }
  }

  @Override
  public void staticValue(Layer layer, String flag, Optional<String> text) {
    staticEdits.record(layer, flag, text);
    List<String> pending = staticEdits.pending();
    if (!pending.isEmpty()) {
      restartReported = true;
      String detail = "the next restart will change " + String.join(", ", pending);
      health.report(RESTART, Status.DEGRADED, detail);
    } else if (restartReported) {
      health.report(RESTART, Status.UP, "the next restart will change nothing");
    }
  }

  @Override
  public void refuseDocument(Layer layer, List<Problem> problems, String origin) {
    journal.refusedDocument(layer, problems, store.revision(), origin);
  }

  @Override
  public void synced(Layer layer) {
    sources.synced(layer);
  }

  @Override
  public void status(Layer layer, Status status, String detail) {
    sources.update(layer, status, detail);
    health.report(layer.label(), status, detail);
  }

  @Override
  public boolean isUp(Layer layer) {
    return sources.isUp(layer);
  }

  @Override
  public long syncAgeNanos(Layer layer) {
    return sources.syncAgeNanos(layer);
  }

  /** The state of all flags and sources now, to be formatted on any thread. */
  FlagReports reports() {
    return FlagReports.of(store, checksums, journal.refusals(), sources.healths());
  }

  /** The changes that were made, the newest ones. */
  ChangeHistory changes() {
    return changes;
  }

  /** The settings of this node, for nodes that follow it. */
  NodeSnapshot nodeSnapshot() {
    return new NodeSnapshot(node, store.revision(), store.current().values().texts());
  }
}
