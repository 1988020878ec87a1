package io.canarygateway.flagwatcher;

import io.canarygateway.config.Checksums;
import io.canarygateway.config.ConfigException;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.Problem;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.FlagReport;
import io.canarygateway.message.NodeSnapshot;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.eventbus.EventBus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Takes what the sources bring: applies it, tells of it, publishes the snapshot that it makes. On
 * one context.
 */
final class WatcherSink implements FlagSink {

  private final String node;
  private final FlagStore store;
  private final EventBus bus;
  private final FlagJournal journal;
  private final FlagMetrics metrics;
  private final SourceBoard sources;
  private final Checksums checksums = new Checksums();

  /** Everything that was not good before the gateway ran; null from then on. */
  private List<Problem> startProblems = new ArrayList<>();

  WatcherSink(String node, FlagStore store, EventBus bus, MeterRegistry registry) {
    this.node = node;
    this.store = store;
    this.bus = bus;
    this.journal = new FlagJournal(registry, System::currentTimeMillis);
    this.metrics = new FlagMetrics(registry);
    this.sources = new SourceBoard(registry);
  }

  /**
   * Makes the first snapshot of what all sources had.
   *
   * @param strict whether anything that is not good refuses the start
   * @return the changes that were refused, and why
   */
  Map<Change, Problem> start(List<Change> batch, boolean strict) throws ConfigException {
    FlagStore.Outcome outcome = store.start(batch);
    outcome.refused().forEach(this::refuse);
    outcome.applied().stream()
        .filter(change -> change.layer() != Layer.CONF)
        .forEach(change -> tell(change, null, topmost(change) ? Set.of(change.flag()) : Set.of()));
    if (strict && !startProblems.isEmpty()) {
      throw new ConfigException(startProblems);
    }
    startProblems = null;
    updateMetrics();
    return outcome.refused();
  }

  @Override
  public Map<Change, Problem> apply(List<Change> batch, boolean hold) {
    List<Change> news = batch.stream().filter(this::isNew).toList();
    ConfigSnapshot before = store.current();
    FlagStore.Outcome outcome = store.apply(news, hold);
    if (news.isEmpty() || news.get(0).layer() != Layer.CONF) {
      outcome.refused().forEach(this::refuse); // A document is told of as a whole.
    }
    outcome.applied().forEach(change -> tell(change, before, outcome.changed()));
    if (store.current() != before) {
      bus.publish(Addresses.SNAPSHOT, store.current(), Addresses.WITHIN_PROCESS);
      bus.publish(Addresses.CLUSTER_SNAPSHOT, nodeSnapshot());
      updateMetrics();
    }
    return outcome.refused();
  }

  private void tell(Change change, ConfigSnapshot before, Set<String> changed) {
    String flag = change.flag();
    journal.applied(
        change,
        store.registry().find(flag).orElseThrow(),
        before == null ? null : before.values().texts().get(flag),
        store.current().values().texts().get(flag),
        store.current().revision(),
        !changed.contains(flag));
  }

  private boolean topmost(Change change) {
    return store.source(change.flag()) == change.layer();
  }

  /** A source that reads everything again brings what it had brought before. */
  private boolean isNew(Change change) {
    return !Objects.equals(store.lastWord(change.layer(), change.flag()), change.text());
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
    if (startProblems != null) {
      String found = (secret ? "a secret" : problem.found()) + " in " + origin;
      startProblems.add(new Problem(problem.key(), found, problem.expected()));
    }
    journal.refused(layer, problem, secret, revision(), origin);
  }

  @Override
  public void refuse(Layer layer, RawValue value, RawValue.Reading reading) {
    if (reading.worth() == RawValue.Worth.BAD
        || startProblems != null && reading.worth() == RawValue.Worth.UNKNOWN) {
      refuse(layer, reading.problem(), value.origin());
    } else {
      journal.ignored(layer, reading.problem(), revision(), value.origin());
    }
  }

  @Override
  public void refuseDocument(Layer layer, List<Problem> problems, String origin) {
    journal.refusedDocument(layer, problems, revision(), origin);
  }

  private long revision() {
    return store.current() == null ? 0 : store.current().revision();
  }

  @Override
  public void synced(Layer layer) {
    sources.synced(layer);
  }

  @Override
  public void status(Layer layer, Status status, String detail) {
    if (sources.update(layer, status, detail)) {
      bus.publish(
          Addresses.HEALTH,
          new ComponentHealth(layer.label(), status, detail),
          Addresses.WITHIN_PROCESS);
    }
  }

  boolean isUp(Layer layer) {
    return sources.isUp(layer);
  }

  long syncAgeNanos(Layer layer) {
    return sources.syncAgeNanos(layer);
  }

  /** Publishes the health of all sources again. */
  void repeatHealth() {
    sources
        .healths()
        .forEach(health -> bus.publish(Addresses.HEALTH, health, Addresses.WITHIN_PROCESS));
  }

  FlagReport report() {
    return FlagReports.of(store, checksums, journal.refusals(), sources.healths());
  }

  /** The settings of this node, for the others. */
  NodeSnapshot nodeSnapshot() {
    ConfigSnapshot current = store.current();
    return new NodeSnapshot(node, current.revision(), current.values().texts());
  }
}
