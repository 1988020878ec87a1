package io.canarygateway.sidecar;

import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.HttpClientConfig;
import io.canarygateway.config.HttpUrl;
import io.canarygateway.http.Endpoint;
import io.canarygateway.http.FailureLog;
import io.canarygateway.http.HeadWriter;
import io.canarygateway.http.NameServers;
import io.canarygateway.http.Sockets;
import io.canarygateway.http.UpstreamLoop;
import io.canarygateway.http.UpstreamPool;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.SidecarRequest;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.canarygateway.snapshot.SnapshotSubscription;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.resolver.AddressResolverGroup;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
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
  private final AddressResolverGroup<InetSocketAddress> resolver;
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
          return size() > MAX_SIDECARS && !eldest.getKey().equals(current);
        }
      };

  /**
   * A sidecar and the connections to it.
   *
   * @param url its URL
   * @param endpoint the settings of the connections
   * @param pool the connections; retired unless it is the current sidecar
   */
  private record Sidecar(HttpUrl url, Endpoint endpoint, UpstreamPool pool) {}

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
    AddressResolverGroup<InetSocketAddress> resolver = NameServers.resolver(sockets);
    return () -> new SidecarClientVerticle(instances, openConnections, sockets, resolver);
  }

  @SuppressWarnings("NullAway.Init") // The other fields are set by start.
  private SidecarClientVerticle(
      int instances,
      AtomicInteger openConnections,
      Sockets sockets,
      AddressResolverGroup<InetSocketAddress> resolver) {
    this.instances = instances;
    this.openConnections = openConnections;
    this.sockets = sockets;
    this.resolver = resolver;
  }

  @Override
  public Future<?> start() {
    loop =
        new UpstreamLoop(
            sockets.currentLoop(),
            sockets,
            resolver,
            openConnections,
            () -> false,
            System::nanoTime);
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
        url.equals(current) && (now == null || now.endpoint().equals(endpoint(now.url())));
    if (!same) {
      if (now != null) {
        now.pool().retire();
        sidecars.remove(current);
      }
      current = url;
      if (!url.isEmpty()) {
        sidecars.put(url, open(url));
      }
    }
  }

  private Endpoint endpoint(HttpUrl url) {
    HttpClientConfig share = client.share(instances);
    return new Endpoint(
        url.tls(),
        url.host(),
        url.port(),
        share.insecureSkipVerify(),
        share.timeout(),
        true,
        share.timeout(),
        share.idleConnTimeout(),
        share.maxIdleConns(),
        share.maxConns());
  }

  private Sidecar open(String text) {
    HttpUrl url = HttpUrl.parse(text);
    Endpoint endpoint = endpoint(url);
    return new Sidecar(url, endpoint, new UpstreamPool(loop, endpoint));
  }

  private void ask(Message<SidecarRequest> message) {
    Sidecar sidecar = sidecars.computeIfAbsent(message.body().sidecarUrl(), this::openRetired);
    new SidecarCall(sidecar.url(), sidecar.pool(), writer, failures, message.body(), message::reply)
        .begin();
  }

  /**
   * Makes a sidecar for requests with older or newer settings. Its idle connections are not kept.
   */
  private Sidecar openRetired(String url) {
    Sidecar sidecar = open(url);
    sidecar.pool().retire();
    return sidecar;
  }
}
