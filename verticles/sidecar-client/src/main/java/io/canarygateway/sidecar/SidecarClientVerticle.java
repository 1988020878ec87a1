package io.canarygateway.sidecar;

import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.HttpClientConfig;
import io.canarygateway.config.HttpUrl;
import io.canarygateway.http.FailureLog;
import io.canarygateway.http.HeadWriter;
import io.canarygateway.http.Http2Mode;
import io.canarygateway.http.NameServers;
import io.canarygateway.http.Server;
import io.canarygateway.http.Sockets;
import io.canarygateway.http.TargetSettings;
import io.canarygateway.http.UpstreamDirectory;
import io.canarygateway.http.UpstreamLoop;
import io.canarygateway.http.UpstreamTarget;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.SidecarRequest;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.canarygateway.snapshot.SnapshotSubscription;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The client of canary-router's sidecar. It takes each {@link SidecarRequest} at {@link
 * Addresses#SIDECAR_ASK} and sends it to the sidecar that the request names. It always answers with
 * a {@link SidecarReply}, within {@code proxy-client.to-sidecar.timeout}. Each instance has its own
 * connections.
 */
public final class SidecarClientVerticle extends VerticleBase {

  private static final int MAX_SIDECARS = 8;

  private final int instances;
  private final AtomicInteger openConnections;
  private final Sockets sockets;
  private final UpstreamDirectory directory;
  private final HeadWriter writer = new HeadWriter();
  private final FailureLog failures = new FailureLog("sidecar");
  private UpstreamLoop loop;
  private HttpClientConfig client;

  /** The URL of the sidecar in the newest settings; empty if they name none. */
  private String current = "";

  /** Sidecars by URL: the current one, and a few for requests that began with other settings. */
  private final Map<String, Sidecar> sidecars =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Sidecar> eldest) {
          boolean removed = size() > MAX_SIDECARS && !eldest.getKey().equals(current);
          if (removed) {
            eldest.getValue().target().retire();
          }
          return removed;
        }
      };

  /**
   * A sidecar and the connections to it.
   *
   * @param url its URL
   * @param settings the settings of the connections
   * @param target the connections; idle ones are kept for the current sidecar only
   */
  private record Sidecar(HttpUrl url, TargetSettings settings, UpstreamTarget target) {}

  /**
   * Makes the instances of one process.
   *
   * @param instances the number of instances, which share the connection limits; at least 1
   * @param registry the registry of the metric of open connections
   * @param sockets the factory of sockets
   */
  public static Supplier<SidecarClientVerticle> supplier(
      int instances, MeterRegistry registry, Sockets sockets) {
    AtomicInteger openConnections = new AtomicInteger();
    Gauge.builder("gateway_sidecar_connections", openConnections, AtomicInteger::get)
        .description("Open connections to the sidecar")
        .register(registry);
    UpstreamDirectory directory =
        new UpstreamDirectory(
            sockets, NameServers.ofSystem(sockets), System::nanoTime, ejected -> {});
    return () -> new SidecarClientVerticle(instances, openConnections, sockets, directory);
  }

  @SuppressWarnings("NullAway.Init") // The other fields are set by start.
  private SidecarClientVerticle(
      int instances, AtomicInteger openConnections, Sockets sockets, UpstreamDirectory directory) {
    this.instances = instances;
    this.openConnections = openConnections;
    this.sockets = sockets;
    this.directory = directory;
  }

  @Override
  public Future<?> start() {
    loop =
        new UpstreamLoop(
            sockets.currentLoop(), sockets, openConnections, () -> false, System::nanoTime);
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
    client = config.sidecarClient();
    String url = config.sidecarUrl().map(HttpUrl::toString).orElse("");
    Sidecar now = current.isEmpty() ? null : sidecars.get(current);
    boolean same =
        url.equals(current) && (now == null || now.settings().equals(settings(now.url(), true)));
    if (!same) {
      if (now != null) {
        now.target().retire();
        sidecars.remove(current);
      }
      current = url;
      if (!url.isEmpty()) {
        sidecars.put(url, open(url, true));
      }
    }
  }

  private TargetSettings settings(HttpUrl url, boolean keepsIdle) {
    HttpClientConfig share = client.share(instances);
    return new TargetSettings(
        url.tls(),
        List.of(new Server(url.host(), url.port(), url.authority())),
        share.insecureSkipVerify(),
        share.timeout(),
        true,
        share.timeout(),
        share.idleConnTimeout(),
        keepsIdle ? share.maxIdleConns() : 0,
        share.maxConns(),
        Optional.empty(),
        share.tls(),
        Http2Mode.OFF);
  }

  private Sidecar open(String text, boolean keepsIdle) {
    HttpUrl url = HttpUrl.parse(text);
    TargetSettings settings = settings(url, keepsIdle);
    return new Sidecar(url, settings, directory.open(loop, settings));
  }

  private void ask(Message<SidecarRequest> message) {
    Sidecar sidecar =
        sidecars.computeIfAbsent(message.body().sidecarUrl(), url -> open(url, false));
    new SidecarCall(
            sidecar.url(), sidecar.target(), writer, failures, message.body(), message::reply)
        .begin();
  }

  @Override
  public Future<?> stop() {
    sidecars.values().forEach(sidecar -> sidecar.target().retire());
    return Future.succeededFuture();
  }
}
