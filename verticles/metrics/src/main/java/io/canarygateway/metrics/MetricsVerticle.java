package io.canarygateway.metrics;

import io.canarygateway.config.Extensions;
import io.canarygateway.config.Extensions.Configured;
import io.canarygateway.config.InstrumentationConfig;
import io.canarygateway.config.MetricsConfig;
import io.canarygateway.extension.MetricsSink;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.HealthReporter;
import io.canarygateway.message.ListenException;
import io.canarygateway.message.MeterBatch;
import io.canarygateway.message.NodeHealth;
import io.canarygateway.message.NodeReport;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.canarygateway.snapshot.SnapshotSubscription;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The instrumentation port: {@code /} for operators, {@code /metrics} for Prometheus, {@code
 * /debug/flagz} for people and go-flagz's tools, {@code /health/live} and {@code /health/ready} for
 * supervisors and load balancers, {@code /cluster} for the list of nodes, {@code /api/v1} for
 * programs that operate the gateway, {@code /ofrep/v1} for applications that read flags with
 * OpenFeature. Also passes maxwells-daemon's metrics to DogStatsD and to users' own sinks. Scrapes
 * run on a worker thread. One instance for each process.
 */
public final class MetricsVerticle extends VerticleBase {

  private static final int IDLE_TIMEOUT_SECONDS = 60;
  private static final long SWEEP_MS = 1_000;

  private static final MeterBatch EMPTY = new MeterBatch(List.of(), List.of());

  private final MetricsConfig config;
  private final PrometheusMeterRegistry registry;
  private final HostCheck hosts = new HostCheck();
  private final HealthBoard health;
  private final NodeBoard nodes;
  private final String node;
  private final EventStreams events = EventStreams.ofApi();
  private final EventFeed feed = new EventFeed(events);
  private final List<SinkRunner> sinks = new ArrayList<>();

  private Optional<PortTls> tls = Optional.empty();

  /** The newest settings; null before the first ones. */
  private @Nullable ConfigSnapshot settings;

  /**
   * Creates the instrumentation port of one process.
   *
   * @param config the port's address, and the sinks of metrics
   * @param registry the meters that {@code /metrics} shows
   * @param required the components that have to report their health before the process is ready
   */
  public MetricsVerticle(
      MetricsConfig config, PrometheusMeterRegistry registry, Set<String> required) {
    this(config, registry, required, "");
  }

  /**
   * Creates the instrumentation port of one process that tells other nodes its health.
   *
   * @param config the port's address, and the sinks of metrics
   * @param registry the meters that {@code /metrics} shows
   * @param required the components that have to report their health before the process is ready
   * @param node the id of this node in its {@link NodeReport}
   */
  public MetricsVerticle(
      MetricsConfig config, PrometheusMeterRegistry registry, Set<String> required, String node) {
    this.node = node;
    this.config = config;
    this.registry = registry;
    this.health = new HealthBoard(registry, required);
    this.nodes = new NodeBoard(registry);
  }

  @Override
  public Future<?> start() {
    HealthReporter reporter = new HealthReporter(vertx.eventBus());
    Router router = Router.router(vertx);
    router.route().handler(hosts).failureHandler(MetricsVerticle::failed);
    RouteSampler sampler = new RouteSampler(vertx, registry);
    sampler.start();
    WriteGuard guard = new WriteGuard(vertx, config.admin());
    Api.Sources sources = new Api.Sources(() -> settings, nodes, sampler, events);
    Page.serve(router, vertx, guard, config.admin().tokenFile().isPresent(), health, sources);
    Api.serve(router, vertx, guard, sources);
    Ofrep.serve(router, vertx);
    Api.get(router, "/metrics", this::metrics);
    Api.get(router, "/health/live", context -> context.json(new JsonObject().put("status", "UP")));
    Api.get(router, "/health/ready", this::ready);
    Api.get(router, "/cluster", context -> context.json(nodes.toJson()));
    Api.get(router, "/debug/flagz", new FlagzEndpoint(vertx));
    followSettings();
    InstrumentationConfig port = config.instrumentation();
    return vertx
        .eventBus()
        .<ComponentHealth>localConsumer(
            Addresses.HEALTH,
            message -> {
              health.update(message.body());
              feed.health(message.body());
            })
        .completion()
        .compose(subscribed -> feed.start(vertx))
        .compose(subscribed -> openSinks(reporter))
        .compose(opened -> followNodes())
        .compose(
            following ->
                ListenException.recover(
                    listen(router, reporter), "instrumentation.port", port.host(), port.port()))
        .onSuccess(
            server -> {
              vertx.eventBus().publish(Addresses.HEALTH_ASK, "", Addresses.WITHIN_PROCESS);
              reporter.report("metrics", Status.UP, port.host() + ":" + server.actualPort());
            });
  }

  private Future<HttpServer> listen(Router router, HealthReporter reporter) {
    InstrumentationConfig port = config.instrumentation();
    HttpServerOptions plain = new HttpServerOptions().setIdleTimeout(IDLE_TIMEOUT_SECONDS);
    tls = port.tls().map(settings -> new PortTls(settings, context, registry, reporter));
    return tls.map(secured -> secured.configure(plain))
        .orElse(Future.succeededFuture(plain))
        .compose(
            options ->
                vertx
                    .createHttpServer(options)
                    .requestHandler(router)
                    .listen(port.port(), port.host()))
        .onSuccess(server -> tls.ifPresent(secured -> secured.listening(server)));
  }

  /**
   * A process without a flag watcher may not get its first snapshot for long; it starts without.
   */
  private void followSettings() {
    hosts.allow(config.instrumentation().allowedHosts());
    SnapshotSubscription.start(
            vertx,
            snapshot -> {
              settings = snapshot;
              feed.settings(snapshot);
              hosts.allow(snapshot.config().instrumentation().allowedHosts());
            })
        .onFailure(noneYet -> {});
  }

  private Future<?> followNodes() {
    nodes.onChanged(feed::node);
    vertx.setPeriodic(
        SWEEP_MS,
        timer -> {
          nodes.sweep();
          if (!node.isEmpty()) {
            vertx.eventBus().publish(Addresses.CLUSTER_HEALTH, health.ofNode(node));
          }
        });
    return Future.all(
            vertx
                .eventBus()
                .<NodeReport>consumer(
                    Addresses.CLUSTER_NODES, message -> nodes.update(message.body()))
                .completion(),
            vertx
                .eventBus()
                .<NodeHealth>consumer(
                    Addresses.CLUSTER_HEALTH, message -> nodes.update(message.body()))
                .completion())
        .onSuccess(following -> vertx.eventBus().publish(Addresses.CLUSTER_NODES_ASK, ""));
  }

  /** Opens DogStatsD, if it is configured, and users' own sinks. */
  private Future<?> openSinks(HealthReporter reporter) {
    config
        .statsd()
        .ifPresent(statsd -> add(new Configured<>(new StatsdSink(statsd), "{}"), reporter));
    return vertx
        .executeBlocking(() -> Extensions.of(MetricsSink.class, config.extensions()))
        .compose(
            extensions -> {
              extensions.forEach(extension -> add(extension, reporter));
              return vertx
                  .eventBus()
                  .<MeterBatch>localConsumer(
                      Addresses.METERS,
                      message -> sinks.forEach(sink -> sink.deliver(message.body())))
                  .completion();
            });
  }

  private void add(Configured<? extends MetricsSink> sink, HealthReporter reporter) {
    SinkRunner runner = new SinkRunner(vertx, sink, registry, reporter);
    sinks.add(runner);
    runner.deliver(EMPTY); // Opens the sink, so that its health is known at once.
  }

  /** A client that leaves in the middle of its request is no failure that anybody has to see. */
  private static void failed(RoutingContext context) {
    if (!context.response().closed()) {
      context.next();
    }
  }

  private void metrics(RoutingContext context) {
    vertx
        .executeBlocking(() -> PrometheusText.compatible(registry.scrape()), false)
        .onSuccess(
            text ->
                context
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, PrometheusText.CONTENT_TYPE)
                    .end(text))
        .onFailure(context::fail);
  }

  private void ready(RoutingContext context) {
    context.response().setStatusCode(health.status() == Status.DOWN ? 503 : 200);
    context.json(health.toJson());
  }

  @Override
  public Future<?> stop() {
    tls.ifPresent(PortTls::close);
    return Future.join(sinks.stream().map(SinkRunner::close).toList());
  }
}
