package io.canarygateway.flagwatcher;

import io.canarygateway.flagwatcher.EtcdValues.Rollback;
import io.canarygateway.store.EtcdClients;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Rolls bad values back in etcd. Those of one revision are one transaction, which compares the
 * revisions of all their keys. So of many gateways exactly one succeeds, no gateway sees half of a
 * rollback, and a rollback that failed can be tried again. Gateways of two versions may disagree on
 * which value is good and undo each other for ever; a limit of 1,000 rollbacks of a key in 10 s
 * slows them down. On one context.
 */
final class EtcdRollbacks {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdRollbacks.class);
  private static final int LIMIT = 1_000;

  /** Etcd takes 128 operations in a transaction, unless it is configured otherwise. */
  private static final int MAX_OPERATIONS = 100;

  private static final Duration WINDOW = Duration.ofSeconds(10);

  private final Counter won;
  private final Counter lost;
  private final Counter failed;

  /** The newest rollback of each key that has no result yet. */
  private final Map<String, Rollback> unsettled = new HashMap<>();

  private final Set<Rollback> underWay = new HashSet<>();
  private final RateLimit limit = new RateLimit(LIMIT, WINDOW, System::nanoTime);

  EtcdRollbacks(MeterRegistry registry) {
    this.won = counter(registry, "won");
    this.lost = counter(registry, "lost");
    this.failed = counter(registry, "failed");
  }

  private static Counter counter(MeterRegistry registry, String result) {
    return Counter.builder("gateway_etcd_rollbacks")
        .description("Bad values put back in etcd; lost if another gateway was first")
        .tag("result", result)
        .register(registry);
  }

  /** Begins to undo the changes of one revision. */
  void begin(EtcdSession session, List<Rollback> rollbacks) {
    List<Rollback> wanted = new ArrayList<>();
    for (Rollback rollback : rollbacks) {
      if (rollback.isOfDeletion() && rollback.good().isEmpty()) {
        continue; // The key is gone, as it should be.
      }
      unsettled.put(key(rollback), rollback);
      if (!underWay.contains(rollback)) {
        wanted.add(rollback);
      }
    }
    if (wanted.stream().filter(rollback -> limit.allows(key(rollback))).count() < wanted.size()) {
      return; // They are tried again later.
    }
    for (int from = 0; from < wanted.size(); from += MAX_OPERATIONS) {
      restore(session, wanted.subList(from, Math.min(wanted.size(), from + MAX_OPERATIONS)));
    }
  }

  private static String key(Rollback rollback) {
    return rollback.key().toString(StandardCharsets.UTF_8);
  }

  private void restore(EtcdSession session, List<Rollback> rollbacks) {
    underWay.addAll(rollbacks);
    session
        .restore(rollbacks)
        .onComplete(done -> underWay.removeAll(rollbacks))
        .onSuccess(left -> restored(session, rollbacks, left))
        .onFailure(cause -> failed(session, rollbacks, cause));
  }

  /**
   * Settles rollbacks.
   *
   * @param left the keys that have not changed although others have, so that they are tried again;
   *     empty if all keys were restored
   */
  private void restored(
      EtcdSession session, List<Rollback> rollbacks, Optional<List<Rollback>> left) {
    for (Rollback rollback : rollbacks) {
      if (left.isEmpty() || !left.get().contains(rollback)) {
        settled(rollback, left.isEmpty());
      }
    }
    left.filter(rest -> !rest.isEmpty()).ifPresent(rest -> restore(session, rest));
  }

  private void settled(Rollback rollback, boolean done) {
    unsettled.remove(key(rollback), rollback);
    (done ? won : lost).increment();
    log(
        Level.INFO,
        done ? "a bad value was rolled back" : "a bad value was changed before its rollback",
        rollback);
  }

  private void failed(EtcdSession session, List<Rollback> rollbacks, Throwable cause) {
    failed.increment(rollbacks.size());
    String reason = EtcdClients.reason(cause);
    rollbacks.forEach(
        rollback -> log(Level.WARN, "a bad value is not rolled back yet: " + reason, rollback));
    if (!reason.contains("lease not found")) {
      return;
    }
    if (rollbacks.size() > 1) {
      rollbacks.forEach(rollback -> restore(session, List.of(rollback)));
    } else if (rollbacks.get(0).good().isPresent()) {
      // The lease of the good value has expired, which would have deleted the key.
      begin(session, List.of(new Rollback(rollbacks.get(0).event(), Optional.empty())));
    }
  }

  /** Begins every rollback again that failed or was over the limit, by their revisions. */
  void retry(EtcdSession session) {
    Map<Long, List<Rollback>> byRevision = new TreeMap<>();
    for (Rollback rollback : unsettled.values()) {
      byRevision
          .computeIfAbsent(
              rollback.event().getKeyValue().getModRevision(), added -> new ArrayList<>())
          .add(rollback);
    }
    byRevision.values().forEach(rollbacks -> begin(session, rollbacks));
  }

  /** Forgets all rollbacks, whose revisions belong to a history that no longer counts. */
  void forget() {
    unsettled.clear();
  }

  private static void log(Level level, String message, Rollback rollback) {
    LOG.atLevel(level)
        .addKeyValue("key", key(rollback))
        .addKeyValue("revision", rollback.event().getKeyValue().getModRevision())
        .log(message);
  }
}
