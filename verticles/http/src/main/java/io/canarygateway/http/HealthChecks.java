package io.canarygateway.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The health checks of one upstream's addresses. An address is healthy until checks fail. Each
 * check has a new connection, so that it also proves that the address still accepts some. Confined
 * to the keeper's event loop.
 */
final class HealthChecks {

  private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);

  /** An address and the outcomes of its checks. */
  private static final class Checked {
    private final UpstreamTarget target;
    private boolean healthy = true;
    private boolean running;
    private boolean begun;
    private int streak;
    private long endedNanos;

    Checked(UpstreamTarget target) {
      this.target = target;
    }
  }

  private final Optional<HealthCheck> settings;
  private final TargetSettings connections;
  private final Supplier<UpstreamLoop> loop;
  private final Map<Endpoint, Checked> checked = new HashMap<>();

  /**
   * No checks yet.
   *
   * @param of the settings of the upstream
   * @param loop makes the connections; called on the keeper, and only if there are health checks
   */
  HealthChecks(TargetSettings of, Supplier<UpstreamLoop> loop) {
    this.settings = of.healthCheck();
    this.loop = loop;
    Duration timeout = settings.map(HealthCheck::timeout).orElse(of.timeout());
    this.connections =
        new TargetSettings(
            of.tls(),
            of.servers(),
            of.insecureSkipVerify(),
            timeout,
            true,
            timeout,
            timeout,
            0,
            1,
            Optional.empty(),
            of.clientTls(),
            of.http2());
  }

  boolean isHealthy(Endpoint endpoint) {
    Checked each = checked.get(endpoint);
    return each == null || each.healthy;
  }

  /**
   * Begins each check that is due.
   *
   * @param all the addresses; others are forgotten
   * @param changed called later, when an address has become healthy or unhealthy
   * @return whether an address that was unhealthy is forgotten
   */
  boolean tick(List<Endpoint> all, long now, Runnable changed) {
    if (settings.isEmpty()) {
      return false;
    }
    HealthCheck check = settings.get();
    boolean forgot =
        checked
            .entrySet()
            .removeIf(
                each -> {
                  boolean gone = !all.contains(each.getKey());
                  if (gone) {
                    each.getValue().target.retire();
                  }
                  return gone;
                });
    for (Endpoint endpoint : all) {
      Checked each = checked.computeIfAbsent(endpoint, this::begin);
      if (!each.running && (!each.begun || now - each.endedNanos >= check.every().toNanos())) {
        each.begun = true;
        each.running = true;
        new HealthProbe(check, endpoint.server(), each.target)
            .begin(good -> ended(check, endpoint, each, good, changed));
      }
    }
    return forgot;
  }

  /** Ends all checks. */
  void close() {
    checked.values().forEach(each -> each.target.retire());
    checked.clear();
  }

  private Checked begin(Endpoint endpoint) {
    // The failures of checks are counted here, not among those of requests.
    EndpointView only =
        EndpointView.only(new Endpoint(endpoint.server(), endpoint.address(), suspect -> {}));
    return new Checked(new UpstreamTarget(loop.get(), () -> only, connections, () -> {}));
  }

  private void ended(
      HealthCheck check, Endpoint endpoint, Checked each, boolean good, Runnable changed) {
    each.running = false;
    each.endedNanos = each.target.now();
    each.streak = good == each.healthy ? 0 : each.streak + 1;
    if (each.streak >= (good ? check.healthy() : check.unhealthy())) {
      each.healthy = good;
      each.streak = 0;
      LOG.atLevel(good ? Level.INFO : Level.WARN)
          .addKeyValue("server", endpoint)
          .log(good ? "upstream address is healthy" : "upstream address is unhealthy");
      changed.run();
    }
  }
}
