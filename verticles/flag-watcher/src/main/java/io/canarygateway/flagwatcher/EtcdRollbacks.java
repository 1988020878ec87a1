package io.canarygateway.flagwatcher;

import io.canarygateway.flagwatcher.EtcdValues.Rollback;
import io.etcd.jetcd.watch.WatchEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Puts bad values back, each by one transaction that compares the revision of the bad one: of many
 * gateways one wins. What fails is tried again, also in the next session; the comparison makes that
 * safe. Two gateways that disagree on what is good would undo each other for ever, so there is a
 * limit to it. On one context.
 */
final class EtcdRollbacks {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdRollbacks.class);
  private static final int LIMIT = 1_000;
  private static final Duration WINDOW = Duration.ofSeconds(10);

  private final Counter won;
  private final Counter lost;
  private final Counter failed;

  /** What is not settled, by key: the newest of each. */
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

  /** Undoes a change. */
  void begin(EtcdSession session, Rollback rollback) {
    WatchEvent event = rollback.event();
    boolean deleted = event.getEventType() == WatchEvent.EventType.DELETE;
    if (deleted && rollback.good() == null) {
      return; // Nothing to put back.
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
        done ? "a bad value was rolled back" : "a bad value was changed by others",
        rollback);
  }

  private void failed(EtcdSession session, Rollback rollback, Throwable cause) {
    failed.increment();
    String reason = EtcdSession.reason(cause);
    log(Level.WARN, "a bad value is not rolled back yet: " + reason, rollback);
    if (rollback.good() != null && reason.contains("lease not found")) {
      // The lease of the good value has ended: it would be gone by now.
      begin(session, new Rollback(rollback.event(), null));
    }
  }

  /** Tries again what has failed or was too much. */
  void again(EtcdSession session) {
    List.copyOf(unsettled.values()).forEach(rollback -> begin(session, rollback));
  }

  /** Forgets all: its revisions belong to a history that is no more known. */
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
