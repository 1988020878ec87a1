package io.canarygateway.daemon;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the maintenance files in step with the maintenance rollouts, once a second as
 * maxwells-daemon does. While a rollout is not known, its file stays as it is. On one context.
 */
final class MaintenanceKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(MaintenanceKeeper.class);
  private static final long PERIOD_MS = 1_000;

  private final Vertx vertx;
  private final Path stateDir;
  private final Runnable changed;
  private Map<String, OptionalDouble> rollouts = Map.of();

  /** Why files cannot be kept, by application. */
  private Map<String, String> faults = Map.of();

  /**
   * Creates a keeper that has not begun.
   *
   * @param stateDir the directory above {@code maintenance}
   * @param changed runs when {@link #faults} has changed
   */
  MaintenanceKeeper(Vertx vertx, Path stateDir, Runnable changed) {
    this.vertx = vertx;
    this.stateDir = stateDir;
    this.changed = changed;
  }

  /** Takes new rollouts by application; empty where one is not known. */
  void use(Map<String, OptionalDouble> maintenance) {
    rollouts = Map.copyOf(maintenance);
  }

  void start() {
    vertx.setPeriodic(PERIOD_MS, timer -> keep());
  }

  /** Why files cannot be kept. */
  List<String> faults() {
    return List.copyOf(faults.values());
  }

  private void keep() {
    Map<String, OptionalDouble> wanted = rollouts;
    if (!wanted.isEmpty() || !faults.isEmpty()) {
      vertx.executeBlocking(() -> set(wanted)).onSuccess(this::update);
    }
  }

  /** Sets all files; the faults by application. Blocks. */
  private Map<String, String> set(Map<String, OptionalDouble> wanted) {
    Map<String, String> found = new TreeMap<>();
    wanted.forEach(
        (application, rollout) -> {
          MaintenanceFile file = new MaintenanceFile(stateDir, application);
          try {
            if (rollout.isPresent()) {
              file.set(rollout.getAsDouble() > 0);
            }
          } catch (IOException | RuntimeException e) {
            found.put(application, e.toString());
          }
        });
    return found;
  }

  private void update(Map<String, String> now) {
    if (now.equals(faults)) {
      return;
    }
    now.forEach(
        (application, fault) -> {
          if (!fault.equals(faults.get(application))) {
            LOG.atError()
                .addKeyValue("file", new MaintenanceFile(stateDir, application))
                .addKeyValue("reason", fault)
                .log("the maintenance file cannot be kept");
          }
        });
    faults = now;
    changed.run();
  }
}
