package io.canarygateway.sidecar;

import io.canarygateway.client.ConnectionPool;
import io.canarygateway.client.Endpoint;
import io.canarygateway.client.FailureLog;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.HttpUrl;
import io.canarygateway.decision.SidecarFailure;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ConfigSnapshot;
import io.canarygateway.message.SidecarReply;
import io.canarygateway.message.SidecarRequest;
import io.canarygateway.message.SnapshotSubscription;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Asks canary-router's sidecar: takes a {@link SidecarRequest} at {@link Addresses#SIDECAR_ASK},
 * sends it to {@code sidecar-url} and always answers with a {@link SidecarReply}, within {@code
 * proxy-client.to-sidecar.timeout}. Each instance has its own connections.
 */
public final class SidecarClientVerticle extends VerticleBase {

  private final int instances;
  private final AtomicInteger openConnections;
  private final FailureLog failures = new FailureLog("sidecar");
  private HttpUrl url;
  private Duration timeout;
  private Endpoint endpoint;
  private ConnectionPool pool;

  /**
   * Makes the instances of one process.
   *
   * @param instances how many share the connection limits; at least 1
   * @param registry where they record their open connections
   */
  public static Supplier<SidecarClientVerticle> supplier(int instances, MeterRegistry registry) {
    AtomicInteger openConnections = new AtomicInteger();
    Gauge.builder("gateway_sidecar_connections", openConnections, AtomicInteger::get)
        .description("Open connections to the sidecar")
        .register(registry);
    return () -> new SidecarClientVerticle(instances, openConnections);
  }

  private SidecarClientVerticle(int instances, AtomicInteger openConnections) {
    this.instances = instances;
    this.openConnections = openConnections;
  }

  @Override
  public Future<?> start() {
    return SnapshotSubscription.start(vertx, this::use)
        .compose(
            subscribed ->
                vertx
                    .eventBus()
                    .<SidecarRequest>consumer(Addresses.SIDECAR_ASK, this::ask)
                    .completion());
  }

  private void use(ConfigSnapshot snapshot) {
    GatewayConfig config = snapshot.config();
    url = config.sidecarUrl().orElse(null);
    timeout = config.sidecarClient().timeout();
    Endpoint next =
        url == null ? null : Endpoint.of(url, config.sidecarClient(), Duration.ZERO, instances);
    if (!Objects.equals(next, endpoint)) {
      if (pool != null) {
        pool.retire();
      }
      endpoint = next;
      pool = next == null ? null : new ConnectionPool(vertx, next, openConnections);
    }
  }

  private void ask(Message<SidecarRequest> message) {
    if (pool == null) {
      message.reply(SidecarReply.ofFailure(SidecarFailure.OTHER));
    } else {
      new SidecarCall(vertx, url, pool, failures, message).begin(timeout.toMillis());
    }
  }
}
