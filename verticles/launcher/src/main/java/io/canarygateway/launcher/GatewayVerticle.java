package io.canarygateway.launcher;

import io.canarygateway.breaker.BreakerConfig;
import io.canarygateway.breaker.BreakerVerticle;
import io.canarygateway.config.DaemonConfig;
import io.canarygateway.config.FileLimit;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.MetricsConfig;
import io.canarygateway.config.TrustWarning;
import io.canarygateway.config.VerticleName;
import io.canarygateway.daemon.UnixSocketDaemonVerticle;
import io.canarygateway.decision.Breakers;
import io.canarygateway.flagwatcher.FlagWatcherConfig;
import io.canarygateway.flagwatcher.FlagWatcherVerticle;
import io.canarygateway.interceptor.InterceptorConfig;
import io.canarygateway.interceptor.InterceptorVerticle;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.MessageCodecs;
import io.canarygateway.metrics.MetricsVerticle;
import io.canarygateway.proxy.ProxyConfig;
import io.canarygateway.proxy.ProxyVerticle;
import io.canarygateway.release.ReleaseVerticle;
import io.canarygateway.release.ReleasesConfig;
import io.canarygateway.sidecar.SidecarClientVerticle;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.canarygateway.snapshot.SnapshotCodec;
import io.canarygateway.tracing.TracingVerticle;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway as one verticle: deploys the others in the order in which they need each other, and
 * drains them at the end.
 */
final class GatewayVerticle extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(GatewayVerticle.class);

  private static final DeliveryOptions FIRST_SNAPSHOT =
      new DeliveryOptions().setLocalOnly(true).setSendTimeout(5_000);

  private final FlagWatcherConfig watcherConfig;
  private final PrometheusMeterRegistry registry;
  private final GatewayTransport transport;
  private final int eventLoops;
  private final Node node;
  private final String version;
  private final IneffectiveLog ineffective;
  private volatile @Nullable Deployments deployments;
  private volatile @Nullable NodeReporter reporter;
  private volatile @Nullable ConfigSnapshot initial;
  private volatile boolean serving;

  /** Whether the interceptors' server is deployed, or about to be. On this verticle's context. */
  private boolean intercepting;

  private @Nullable ConfigSnapshot newest;

  private @Nullable Future<Void> drained;

  /**
   * A gateway for one process.
   *
   * @param transport the transport of the Vert.x that deploys this verticle
   * @param eventLoops how many event loops that Vert.x has; each gets its own proxy
   * @param version the gateway's version, a label of metrics
   */
  GatewayVerticle(
      FlagWatcherConfig watcherConfig,
      PrometheusMeterRegistry registry,
      GatewayTransport transport,
      int eventLoops,
      Node node,
      String version) {
    this.watcherConfig = watcherConfig;
    this.registry = registry;
    this.transport = transport;
    this.eventLoops = eventLoops;
    this.node = node;
    this.version = version;
    this.ineffective = new IneffectiveLog(node.clustered());
  }

  /** Completes when every verticle is deployed; the first that fails makes the start fail. */
  @Override
  public Future<?> start() {
    EventBus bus = vertx.eventBus();
    MessageCodecs.register(bus);
    SnapshotCodec.register(bus);
    bus.<ConfigSnapshot>localConsumer(Addresses.SNAPSHOT, message -> follow(message.body()));
    new HealthLog().follow(bus);
    Deployments all = new Deployments(vertx);
    deployments = all;
    return all.deploy(sources())
        .compose(
            deployed -> bus.<ConfigSnapshot>request(Addresses.SNAPSHOT_GET, "", FIRST_SNAPSHOT))
        .map(Message::body)
        .compose(snapshot -> all.deploy(verticles(snapshot)).map(snapshot))
        .compose(this::report)
        .onSuccess(
            reporting -> {
              serving = true;
              followInterceptors(); // A route may have got some while the verticles started.
            });
  }

  private void follow(ConfigSnapshot snapshot) {
    LogLevels.apply(snapshot);
    ineffective.update(snapshot);
    if (newest == null || snapshot.revision() > newest.revision()) {
      newest = snapshot;
    }
    if (serving) {
      followInterceptors();
    }
  }

  private void followInterceptors() {
    GatewayConfig config = Objects.requireNonNull(newest).config();
    if (!intercepting && needsInterceptors(config)) {
      deployInterceptors(config);
    }
  }

  /** Whether this process has a route with interceptors. */
  private static boolean needsInterceptors(GatewayConfig config) {
    return config.verticles().contains(VerticleName.PROXY)
        && config.routes().all().stream()
            .anyMatch(route -> !route.filters().interceptors().isEmpty());
  }

  /** Deploys the interceptors' server for the first route that needs it, while serving. */
  private void deployInterceptors(GatewayConfig config) {
    intercepting = true;
    Objects.requireNonNull(deployments)
        .deploy(List.of(interceptors(config)))
        .onFailure(
            failure -> {
              intercepting = false; // The next change tries again.
              LOG.error("the server for interceptors could not start", failure);
            });
  }

  private Deployment interceptors(GatewayConfig config) {
    return new Deployment(
        "interceptors",
        needsInterceptors(config),
        eventLoops,
        InterceptorVerticle.supplier(InterceptorConfig.of(config, eventLoops)),
        false);
  }

  /**
   * The verticles that make the first snapshot. A process without a flag watcher waits for one of
   * another node; its metrics come first, so that it can be seen waiting.
   */
  private List<Deployment> sources() {
    FlagValues own = watcherConfig.conf();
    boolean watcher = GatewayConfig.verticlesOf(own).contains(VerticleName.FLAG_WATCHER);
    return watcher
        ? List.of(
            Deployment.inner(
                "flag-watcher", true, () -> new FlagWatcherVerticle(watcherConfig, registry)))
        : List.of(
            metrics(own), Deployment.inner("snapshot-relay", true, () -> new SnapshotRelay(own)));
  }

  /** The verticles that the first snapshot configures, each after those that it needs. */
  private List<Deployment> verticles(ConfigSnapshot snapshot) {
    follow(snapshot);
    TrustWarning.of(snapshot.values()).ifPresent(LOG::warn);
    initial = snapshot;
    GatewayConfig config = snapshot.config();
    Set<VerticleName> named = config.verticles();
    boolean proxy = named.contains(VerticleName.PROXY);
    List<Deployment> list = new ArrayList<>();
    if (named.contains(VerticleName.FLAG_WATCHER)) {
      list.add(metrics(snapshot.values()));
    }
    list.add(
        Deployment.inner("demo", config.demo().enabled(), () -> new DemoVerticle(config.demo())));
    list.add(
        new Deployment(
            "sidecar-client",
            named.contains(VerticleName.SIDECAR_CLIENT),
            eventLoops,
            SidecarClientVerticle.supplier(eventLoops, registry, transport),
            false));
    intercepting = needsInterceptors(config);
    list.add(interceptors(config));
    Breakers breakers = addBreaker(list, config, proxy);
    Tracer tracer = addTracing(list, config, proxy);
    list.add(releases(snapshot, proxy || named.contains(VerticleName.FLAG_WATCHER)));
    list.add(
        new Deployment(
            "proxy",
            proxy,
            eventLoops,
            ProxyVerticle.supplier(
                ProxyConfig.of(config, eventLoops, FileLimit.ofThisProcess(), version),
                breakers,
                registry,
                transport,
                tracer),
            true));
    // The daemon comes last: its clients wait for milliseconds only, and the start of the other
    // verticles would take the processor from its answers.
    list.add(
        new Deployment(
            "daemon",
            named.contains(VerticleName.DAEMON), // Routes with a socket may come at any time.
            1,
            () -> new UnixSocketDaemonVerticle(config.daemon(), transport.isNative(), registry),
            true));
    return list;
  }

  private Deployment metrics(FlagValues values) {
    return Deployment.inner(
        "metrics",
        GatewayConfig.verticlesOf(values).contains(VerticleName.METRICS),
        () -> new MetricsVerticle(MetricsConfig.of(values), registry, required(values), node.id()));
  }

  /** The components that have to report before this process is ready. */
  private static Set<String> required(FlagValues values) {
    Set<VerticleName> named = GatewayConfig.verticlesOf(values);
    Set<String> required = new HashSet<>();
    required.add("metrics");
    if (named.contains(VerticleName.PROXY)) {
      required.add("proxy");
    }
    if (DaemonConfig.of(values).enabled() && named.contains(VerticleName.DAEMON)) {
      required.add("daemon");
    }
    return required;
  }

  /**
   * Adds the breaker's verticle. A clustered process runs it also without a proxy: its daemon
   * follows the cluster's limits.
   *
   * @param spends whether this process sends requests to canary
   */
  private Breakers addBreaker(List<Deployment> list, GatewayConfig config, boolean spends) {
    BreakerVerticle verticle =
        BreakerVerticle.create(
            BreakerConfig.of(config, node.id(), node.clustered(), spends), registry);
    list.add(Deployment.inner("breaker", spends || node.clustered(), () -> verticle));
    return verticle.breakers();
  }

  /**
   * Adds the export of spans, which ends after the proxies.
   *
   * @return records spans; null if tracing is off
   */
  private @Nullable Tracer addTracing(List<Deployment> list, GatewayConfig config, boolean proxy) {
    if (!proxy || config.tracing().endpoint().isEmpty()) {
      return null;
    }
    TracingVerticle verticle =
        TracingVerticle.create(config.tracing(), version, node.id(), registry);
    list.add(Deployment.inner("tracing", true, () -> verticle));
    return verticle.tracer();
  }

  /** The releases' verticle; without a flag watcher it only counts for other nodes. */
  private Deployment releases(ConfigSnapshot snapshot, boolean wanted) {
    boolean judging = snapshot.config().verticles().contains(VerticleName.FLAG_WATCHER);
    ReleasesConfig config =
        ReleasesConfig.of(
            snapshot.config(), snapshot.values(), node.id(), node.clustered(), judging);
    return Deployment.worker("release", wanted, () -> ReleaseVerticle.create(config, registry));
  }

  private Future<?> report(ConfigSnapshot snapshot) {
    NodeReporter reports = new NodeReporter(vertx, node, node.address(snapshot.config().server()));
    reporter = reports;
    return reports.start();
  }

  /** Whether every verticle is deployed, so that there is something to drain. */
  boolean serving() {
    return serving;
  }

  /** The first settings of all sources together; there once {@link #serving} is true. */
  ConfigSnapshot initial() {
    return Objects.requireNonNull(initial, "the gateway has not started");
  }

  /** How long a drain may take; there once {@link #serving} is true. */
  Duration drainTimeout() {
    return initial().config().server().drainTimeout();
  }

  @Override
  public Future<?> stop() {
    return drain();
  }

  /**
   * Undeploys everything, the verticles that face clients first. More calls return the same future.
   * Any thread may call it.
   */
  synchronized Future<Void> drain() {
    Future<Void> result = drained;
    if (result == null) {
      if (reporter != null) {
        reporter.leave();
      }
      result = deployments == null ? Future.succeededFuture() : deployments.undeploy();
      drained = result;
    }
    return result;
  }
}
