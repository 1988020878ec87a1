package io.canarygateway.flagwatcher;

import io.canarygateway.flagwatcher.EtcdValues.Rollback;
import io.canarygateway.store.EtcdClients;
import io.etcd.jetcd.watch.WatchEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Rolls bad values back in etcd, each by one transaction that compares the revision of the bad
 * value. So of many gateways exactly one succeeds, and a rollback that failed can be tried again.
 * Gateways of two versions may disagree on which value is good and undo each other for ever; a
 * limit of 1,000 rollbacks of a key in 10 s slows them down. On one context.
 */
final class EtcdRollbacks {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdRollbacks.class);
  private static final int LIMIT = 1_000;
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

  /** Begins to undo a change. */
  void begin(EtcdSession session, Rollback rollback) {
    WatchEvent event = rollback.event();
    boolean deleted = event.getEventType() == WatchEvent.EventType.DELETE;
    if (deleted && rollback.good().isEmpty()) {
      return; // The key is gone, as it should be.
    }
    String key = event.getKeyValue().getKey().toString(StandardCharsets.UTF_8);
    unsettled.put(key, rollback);
    if (!underWay.contains(rollback) && limit.allows(key)) {
      underWay.add(rollback);
      session
          .restore(
              event.getKeyValue().getKey(),
              deleted ? 0 : event.getKeyValue().getModRevision(),
              rollback.good())
          .onComplete(done -> underWay.remove(rollback))
          .onSuccess(done -> settled(key, rollback, done))
          .onFailure(cause -> failed(session, rollback, cause));
    }
  }

  private void settled(String key, Rollback rollback, boolean done) {
    unsettled.remove(key, rollback);
    (done ? won : lost).increment();
    log(
        Level.INFO,
        done ? "a bad value was rolled back" : "a bad value was changed before its rollback",
        rollback);
  }

  private void failed(EtcdSession session, Rollback rollback, Throwable cause) {
    failed.increment();
    String reason = EtcdClients.reason(cause);
    log(Level.WARN, "a bad value is not rolled back yet: " + reason, rollback);
    if (rollback.good().isPresent() && reason.contains("lease not found")) {
      // The lease of the good value has expired, which would have deleted the key.
      begin(session, new Rollback(rollback.event(), Optional.empty()));
    }
  }

  /** Begins every rollback again that failed or was over the limit. */
  void retry(EtcdSession session) {
    List.copyOf(unsettled.values()).forEach(rollback -> begin(session, rollback));
  }

  /** Forgets all rollbacks, whose revisions belong to a history that no longer counts. */
  void forget() {
    unsettled.clear();
  }

  private static void log(Level level, String message, Rollback rollback) {
    LOG.atLevel(level)
        .addKeyValue(
            "key", rollback.event().getKeyValue().getKey().toString(StandardCharsets.UTF_8))
        .addKeyValue("revision", rollback.event().getKeyValue().getModRevision())
        .log(message);
  }
}
