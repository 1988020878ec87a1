package io.canarygateway.daemon;

import io.vertx.core.Vertx;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the maintenance file in step with the maintenance rollout, once a second as maxwells-daemon
 * does. While the rollout is not known, the file stays as it is. On one context.
 */
final class MaintenanceKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(MaintenanceKeeper.class);
  private static final long PERIOD_MS = 1_000;

  private final Vertx vertx;
  private final MaintenanceFile file;
  private final Consumer<String> report;
  private OptionalDouble rollout = OptionalDouble.empty();
  private String fault = "";

  /**
   * Creates a keeper that has not begun.
   *
   * @param report called with the reason when the file cannot be kept, and with an empty string
   *     when it can be kept again
   */
  MaintenanceKeeper(Vertx vertx, MaintenanceFile file, Consumer<String> report) {
    this.vertx = vertx;
    this.file = file;
    this.report = report;
  }

  /** Takes a new rollout; empty if it is not known. */
  void use(OptionalDouble maintenance) {
    rollout = maintenance;
  }

  void start() {
    vertx.setPeriodic(PERIOD_MS, timer -> keep());
  }

  private void keep() {
    if (rollout.isEmpty()) {
      return;
    }
    boolean wanted = rollout.getAsDouble() > 0;
    vertx
        .executeBlocking(
            () -> {
              file.set(wanted);
              return null;
            })
        .onSuccess(done -> update(""))
        .onFailure(cause -> update(cause.toString()));
  }

  private void update(String now) {
    if (now.equals(fault)) {
      return;
    }
    fault = now;
    if (!now.isEmpty()) {
      LOG.atError()
          .addKeyValue("file", file)
          .addKeyValue("reason", now)
          .log("the maintenance file cannot be kept");
    }
    report.accept(now);
  }
}
