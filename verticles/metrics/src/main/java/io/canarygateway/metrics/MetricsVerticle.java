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
import io.canarygateway.message.NodeReport;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The instrumentation port: {@code /metrics} for Prometheus, {@code /debug/flagz} for people and
 * go-flagz's tools, {@code /health/live} and {@code /health/ready} for supervisors and load
 * balancers, {@code /cluster} for the list of nodes. Also passes maxwells-daemon's metrics to
 * DogStatsD and to users' own sinks. Scrapes run on a worker thread. One instance for each process.
 */
public final class MetricsVerticle extends VerticleBase {

  private static final int IDLE_TIMEOUT_SECONDS = 60;
  private static final long SWEEP_MS = 1_000;

  private static final MeterBatch EMPTY = new MeterBatch(List.of(), List.of());

  private final MetricsConfig config;
  private final PrometheusMeterRegistry registry;
  private final HealthBoard health;
  private final NodeBoard nodes;
  private final List<SinkRunner> sinks = new ArrayList<>();

  /**
   * Creates the instrumentation port of one process.
   *
   * @param config the port's address, and the sinks of metrics
   * @param registry the meters that {@code /metrics} shows
   * @param required the components that have to report their health before the process is ready
   */
  public MetricsVerticle(
      MetricsConfig config, PrometheusMeterRegistry registry, Set<String> required) {
    this.config = config;
    this.registry = registry;
    this.health = new HealthBoard(required);
    this.nodes = new NodeBoard(registry);
  }

  @Override
  public Future<?> start() {
    HealthReporter reporter = new HealthReporter(vertx.eventBus());
    Router router = Router.router(vertx);
    serve(router, "/metrics", this::metrics);
    serve(router, "/health/live", context -> context.json(new JsonObject().put("status", "UP")));
    serve(router, "/health/ready", this::ready);
    serve(router, "/cluster", context -> context.json(nodes.toJson()));
    serve(router, "/debug/flagz", new FlagzEndpoint(vertx));
    // Without this handler every malformed request would be logged with a stack trace.
    router.errorHandler(400, context -> context.response().setStatusCode(400).end("Bad request\n"));
    InstrumentationConfig port = config.instrumentation();
    return vertx
        .eventBus()
        .<ComponentHealth>localConsumer(Addresses.HEALTH, message -> health.update(message.body()))
        .completion()
        .compose(subscribed -> openSinks(reporter))
        .compose(opened -> followNodes())
        .compose(
            following ->
                ListenException.recover(
                    vertx
                        .createHttpServer(
                            new HttpServerOptions().setIdleTimeout(IDLE_TIMEOUT_SECONDS))
                        .requestHandler(router)
                        .listen(port.port(), port.host()),
                    "instrumentation.port",
                    port.host(),
                    port.port()))
        .onSuccess(
            server -> {
              vertx.eventBus().publish(Addresses.HEALTH_ASK, "", Addresses.WITHIN_PROCESS);
              reporter.report("metrics", Status.UP, port.host() + ":" + server.actualPort());
            });
  }

  private Future<?> followNodes() {
    vertx.setPeriodic(SWEEP_MS, timer -> nodes.sweep());
    return vertx
        .eventBus()
        .<NodeReport>consumer(Addresses.CLUSTER_NODES, message -> nodes.update(message.body()))
        .completion()
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

  private static void serve(Router router, String path, Handler<RoutingContext> handler) {
    router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
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
    return Future.join(sinks.stream().map(SinkRunner::close).toList());
  }
}
