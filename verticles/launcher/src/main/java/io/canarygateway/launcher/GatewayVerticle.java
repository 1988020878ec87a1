package io.canarygateway.launcher;

import ch.qos.logback.classic.Level;
import io.canarygateway.config.DaemonConfig;
import io.canarygateway.config.FileLimit;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.LogLevel;
import io.canarygateway.config.MetricsConfig;
import io.canarygateway.config.VerticleName;
import io.canarygateway.daemon.UnixSocketDaemonVerticle;
import io.canarygateway.decision.Breaker;
import io.canarygateway.flagwatcher.FlagWatcherConfig;
import io.canarygateway.flagwatcher.FlagWatcherVerticle;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.MessageCodecs;
import io.canarygateway.metrics.MetricsVerticle;
import io.canarygateway.proxy.BreakerConfig;
import io.canarygateway.proxy.BreakerVerticle;
import io.canarygateway.proxy.CircuitBreakerVerticle;
import io.canarygateway.proxy.ProxyConfig;
import io.canarygateway.proxy.ProxyVerticle;
import io.canarygateway.sidecar.SidecarClientVerticle;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.canarygateway.snapshot.SnapshotCodec;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deploys the verticles in the order of their needs, and takes them down in the opposite one. */
final class GatewayVerticle extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(GatewayVerticle.class);
  private static final String OUR_LOGGERS = "io.canarygateway";
  private static final DeliveryOptions ASK_OPTIONS =
      new DeliveryOptions().setLocalOnly(true).setSendTimeout(5_000);

  private final FlagWatcherConfig settings;
  private final PrometheusMeterRegistry registry;
  private final GatewayTransport sockets;
  private final int eventLoops;
  private final Node node;
  private final String version;
  private final Deque<String> deployed = new ArrayDeque<>();
  private final List<String> facingClients = new ArrayList<>();
  private final Map<String, ComponentHealth> health = new HashMap<>();
  private NodeReporter reporter;
  private GatewayConfig config;
  private volatile boolean serving;
  private Future<Void> drained;

  GatewayVerticle(
      FlagWatcherConfig settings,
      PrometheusMeterRegistry registry,
      GatewayTransport sockets,
      int eventLoops,
      Node node,
      String version) {
    this.node = node;
    this.settings = settings;
    this.registry = registry;
    this.sockets = sockets;
    this.eventLoops = eventLoops;
    this.version = version;
  }

  @Override
  public Future<?> start() {
    MessageCodecs.register(vertx.eventBus());
    SnapshotCodec.register(vertx.eventBus());
    vertx
        .eventBus()
        .<ConfigSnapshot>localConsumer(Addresses.SNAPSHOT, msg -> setLogLevel(msg.body()));
    vertx.eventBus().<ComponentHealth>localConsumer(Addresses.HEALTH, msg -> logHealth(msg.body()));
    FlagValues own = settings.conf();
    boolean follower = !GatewayConfig.verticlesOf(own).contains(VerticleName.FLAG_WATCHER);
    // The static settings of all others may come from the sources that the flag watcher reads; a
    // process without one has its own alone, and says how it is while it waits for another node.
    return (follower ? deployMetrics(own) : Future.succeededFuture())
        .compose(
            started ->
                deploy(
                    1,
                    () ->
                        follower
                            ? new SnapshotRelay(own)
                            : new FlagWatcherVerticle(settings, registry)))
        .compose(
            watching ->
                vertx.eventBus().<ConfigSnapshot>request(Addresses.SNAPSHOT_GET, "", ASK_OPTIONS))
        .compose(
            reply ->
                (follower ? Future.succeededFuture() : deployMetrics(reply.body().values()))
                    .compose(measuring -> deployAll(reply.body())))
        .onSuccess(deployedAll -> serving = true);
  }

  /** Whether all is deployed, so that there is something to drain. */
  boolean serving() {
    return serving;
  }

  private Future<?> deployAll(ConfigSnapshot snapshot) {
    setLogLevel(snapshot);
    GatewayConfig initial = snapshot.config();
    config = initial;
    Set<VerticleName> verticles = initial.verticles();
    boolean daemon = initial.daemon().enabled() && verticles.contains(VerticleName.DAEMON);
    return deployIf(initial.demo().enabled(), 1, () -> new DemoVerticle(initial.demo()))
        .compose(
            done ->
                deployIf(
                    verticles.contains(VerticleName.SIDECAR_CLIENT),
                    eventLoops,
                    SidecarClientVerticle.supplier(eventLoops, registry, sockets)))
        .compose(done -> deployBreaker(verticles.contains(VerticleName.PROXY)))
        .compose(
            breaker ->
                deployFacingClients(
                    verticles.contains(VerticleName.PROXY),
                    eventLoops,
                    ProxyVerticle.supplier(
                        ProxyConfig.of(initial, eventLoops, FileLimit.ofThisProcess(), version),
                        breaker,
                        registry,
                        sockets)))
        // Late, for its clients wait milliseconds only, and the start of all others takes more.
        .compose(
            done ->
                deployFacingClients(
                    daemon,
                    1,
                    () ->
                        new UnixSocketDaemonVerticle(
                            initial.daemon(), sockets.isNative(), registry)))
        .compose(
            done -> {
              reporter = new NodeReporter(vertx, node, address(initial));
              return reporter.start();
            });
  }

  /** How other nodes and people call this one. */
  private String address(GatewayConfig initial) {
    return node.clustered()
        ? Clusters.publicHost(node.cluster()) + ":" + node.cluster().port()
        : initial.server().host() + ":" + initial.server().port();
  }

  private Future<?> deployMetrics(FlagValues values) {
    return deployIf(
        GatewayConfig.verticlesOf(values).contains(VerticleName.METRICS),
        1,
        () -> new MetricsVerticle(MetricsConfig.of(values), registry, required(values)));
  }

  /** Without whose word the process is not ready. */
  private static Set<String> required(FlagValues values) {
    Set<VerticleName> verticles = GatewayConfig.verticlesOf(values);
    Set<String> required = new HashSet<>();
    required.add("metrics");
    if (verticles.contains(VerticleName.PROXY)) {
      required.add("proxy");
    }
    if (DaemonConfig.of(values).enabled() && verticles.contains(VerticleName.DAEMON)) {
      required.add("daemon");
    }
    return required;
  }

  /**
   * The breaker of this process; in a cluster its limits hold over all nodes, of which each has a
   * say.
   *
   * @param spending whether this process routes requests
   */
  private Future<Breaker> deployBreaker(boolean spending) {
    if (!node.clustered()) {
      CircuitBreakerVerticle alone = new CircuitBreakerVerticle(registry);
      return deployIf(spending, 1, () -> alone).map(deployed -> alone.breaker());
    }
    BreakerVerticle breaker =
        new BreakerVerticle(
            new BreakerConfig(node.id(), node.cluster().size(), spending), registry);
    return deploy(1, () -> breaker).map(deployed -> breaker.breaker());
  }

  /** How long a drain may take; known once it {@link #serving serves}. */
  Duration drainTimeout() {
    return config.server().drainTimeout();
  }

  @Override
  public Future<?> stop() {
    return drain();
  }

  /**
   * Undeploys first what faces clients, all at once, and then one verticle after the other, the
   * last first: clients are let go before what serves them. May be called more than once, from any
   * thread.
   */
  synchronized Future<Void> drain() {
    if (drained == null) {
      if (reporter != null) {
        reporter.leave();
      }
      drained =
          Future.join(facingClients.stream().map(vertx::undeploy).toList())
              .transform(letGo -> undeployNext());
    }
    return drained;
  }

  private Future<Void> undeployNext() {
    String id = deployed.poll();
    return id == null
        ? Future.succeededFuture()
        : vertx.undeploy(id).transform(done -> undeployNext());
  }

  private Future<?> deployFacingClients(
      boolean wanted, int instances, Supplier<? extends Deployable> verticle) {
    return wanted
        ? deployOnly(instances, verticle).onSuccess(facingClients::add)
        : Future.succeededFuture();
  }

  private Future<?> deployIf(
      boolean wanted, int instances, Supplier<? extends Deployable> verticle) {
    return wanted ? deploy(instances, verticle) : Future.succeededFuture();
  }

  private Future<?> deploy(int instances, Supplier<? extends Deployable> verticle) {
    return deployOnly(instances, verticle).onSuccess(deployed::push);
  }

  private Future<String> deployOnly(int instances, Supplier<? extends Deployable> verticle) {
    return vertx.deployVerticle(verticle, new DeploymentOptions().setInstances(instances));
  }

  private static void setLogLevel(ConfigSnapshot snapshot) {
    ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger(OUR_LOGGERS))
        .setLevel(snapshot.config().log().level() == LogLevel.DEBUG ? Level.DEBUG : Level.INFO);
  }

  /** What only the detail of a healthy component says is for {@code /health/ready}. */
  private void logHealth(ComponentHealth now) {
    ComponentHealth before = health.put(now.component(), now);
    boolean stillUp = before != null && before.status() == Status.UP && now.status() == Status.UP;
    if (!now.equals(before) && !stillUp) {
      (now.status() == Status.DEGRADED ? LOG.atWarn() : LOG.atInfo())
          .addKeyValue("component", now.component())
          .addKeyValue("status", now.status())
          .addKeyValue("detail", now.detail())
          .log("health");
    }
  }
}
