package io.canarygateway.flagwatcher;

import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Applies what etcd holds, and remembers up to which revision of etcd's history it has done so. On
 * one context.
 */
final class EtcdFeed {

  private final FlagStore store;
  private final FlagSink sink;
  private final EtcdValues values;
  private final EtcdRollbacks rollbacks;

  /** The last revision whose changes are applied; 0 if all keys have to be loaded. */
  private long revision;

  /** The id of the etcd cluster that has this revision. */
  private long clusterId;

  /** The newest revision of a key that a probe saw before the watch brought it; 0 if none. */
  private long awaited;

  private boolean toCompare;

  EtcdFeed(String prefix, FlagStore store, FlagSink sink, MeterRegistry registry) {
    this.store = store;
    this.sink = sink;
    this.values = new EtcdValues(prefix, store.registry(), sink);
    this.rollbacks = new EtcdRollbacks(registry);
  }

  /** The changes of the first load; {@link #initialised} has to follow. */
  List<Change> initialise(GetResponse load) {
    List<Change> changes = values.load(load.getKvs(), false, Set.of());
    loaded(load);
    return changes;
  }

  void initialised(List<Change> changes, Set<Change> refused) {
    values.loaded(changes, refusedForGood(refused));
  }

  /** The refused changes but for those that are held back: these are good, and fit later. */
  private Set<Change> refusedForGood(Set<Change> refused) {
    return refused.stream()
        .filter(change -> !store.newest(Layer.ETCD, change.flag()).equals(change.text()))
        .collect(Collectors.toSet());
  }

  /** Brings the layer to a new load, and forgets rollbacks of the history before it. */
  void reload(GetResponse load) {
    rollbacks.forget();
    apply(load);
    loaded(load);
  }

  private void apply(GetResponse load) {
    List<Change> changes = values.load(load.getKvs(), true, store.names(Layer.ETCD));
    values.loaded(changes, refusedForGood(sink.apply(changes, true).keySet()));
  }

  private void loaded(GetResponse load) {
    revision = load.getHeader().getRevision();
    clusterId = load.getHeader().getClusterId();
    awaited = 0;
    toCompare = false;
  }

  /** Makes the next session load all keys. */
  void forget() {
    revision = 0;
  }

  /**
   * Whether a watch from {@link #nextRevision} brings all changes since the last session; else all
   * keys have to be loaded.
   */
  boolean resume(GetResponse probe) {
    boolean sameHistory =
        revision > 0
            && probe.getHeader().getClusterId() == clusterId
            && probe.getHeader().getRevision() >= revision;
    toCompare = sameHistory;
    return sameHistory;
  }

  long nextRevision() {
    return revision + 1;
  }

  /** Applies a watch's response: the changes of each revision are one batch. */
  void accept(EtcdSession session, WatchResponse response) {
    Map<Long, List<WatchEvent>> batches =
        response.getEvents().stream()
            .filter(event -> event.getKeyValue().getModRevision() > revision)
            .collect(
                Collectors.groupingBy(
                    event -> event.getKeyValue().getModRevision(),
                    TreeMap::new,
                    Collectors.toList()));
    batches.forEach(
        (of, batch) -> {
          rollbacks.begin(session, values.apply(batch));
          revision = of;
        });
    if (batches.isEmpty()) { // A progress notice: there is no change up to this revision.
      revision = Math.max(revision, response.getHeader().getRevision());
    }
    sink.synced(Layer.ETCD);
  }

  /**
   * Compares a probe with the watch.
   *
   * @return why the session has to be replaced; empty if the watch is up to date
   */
  Optional<String> check(GetResponse probe) {
    if (awaited > revision) {
      return Optional.of("the watch is behind");
    }
    if (probe.getHeader().getRevision() < revision) {
      return Optional.of("etcd has another history");
    }
    long newest = probe.getKvs().isEmpty() ? 0 : probe.getKvs().get(0).getModRevision();
    awaited = newest > revision ? newest : 0;
    return Optional.empty();
  }

  /**
   * Whether the keys have to be compared once, now that the watch is up to date after an outage: an
   * etcd that was wiped and filled again may have the same id and a higher revision.
   */
  boolean mustCompare() {
    return toCompare && awaited == 0;
  }

  /** Brings the layer to a load, unless the load has changes that the watch still has to bring. */
  void compare(GetResponse load) {
    boolean ahead = load.getKvs().stream().anyMatch(kv -> kv.getModRevision() > revision);
    if (!ahead) {
      toCompare = false;
      apply(load);
    }
  }

  /** Tries again every rollback that failed or was over the limit. */
  void retryRollbacks(EtcdSession session) {
    rollbacks.retry(session);
  }
}
