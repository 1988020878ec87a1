package io.canarygateway.metrics;

import io.canarygateway.config.Extensions;
import io.canarygateway.config.Extensions.Configured;
import io.canarygateway.config.InstrumentationConfig;
import io.canarygateway.config.MetricsConfig;
import io.canarygateway.extension.MetricsSink;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ComponentHealth.Status;
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
 * go-flagz's tools, {@code /health/live} and {@code /health/ready} for whoever starts and balances
 * gateways, {@code /cluster} for who else there is. Scraping runs on a worker thread.
 */
public final class MetricsVerticle extends VerticleBase {

  private static final int IDLE_TIMEOUT_SECONDS = 60;
  private static final long SWEEP_MS = 1_000;

  private static final MeterBatch NOTHING = new MeterBatch(List.of(), List.of());

  private final MetricsConfig config;
  private final PrometheusMeterRegistry registry;
  private final HealthBoard health;
  private final NodeBoard nodes;
  private final List<SinkRunner> sinks = new ArrayList<>();

  /**
   * A port for one process.
   *
   * @param config where it is, and what else takes metrics
   * @param registry what is shown
   * @param required the components without whose word the process is not ready
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
    Router router = Router.router(vertx);
    serve(router, "/metrics", this::metrics);
    serve(router, "/health/live", context -> context.json(new JsonObject().put("status", "UP")));
    serve(router, "/health/ready", this::ready);
    serve(router, "/cluster", context -> context.json(nodes.toJson()));
    serve(router, "/debug/flagz", new FlagzEndpoint(vertx));
    // Whoever asks for nonsense shall not fill the log with it.
    router.errorHandler(400, context -> context.response().setStatusCode(400).end("Bad request\n"));
    InstrumentationConfig port = config.instrumentation();
    return vertx
        .eventBus()
        .<ComponentHealth>localConsumer(Addresses.HEALTH, message -> health.update(message.body()))
        .completion()
        .compose(subscribed -> openSinks())
        .compose(opened -> followNodes())
        .compose(
            opened ->
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
            server ->
                vertx
                    .eventBus()
                    .publish(Addresses.HEALTH_ASK, "", Addresses.WITHIN_PROCESS)
                    .publish(
                        Addresses.HEALTH,
                        ComponentHealth.of(
                            "metrics", true, port.host() + ":" + server.actualPort()),
                        Addresses.WITHIN_PROCESS));
  }

  private Future<?> followNodes() {
    vertx.setPeriodic(SWEEP_MS, timer -> nodes.sweep());
    return vertx
        .eventBus()
        .<NodeReport>consumer(Addresses.CLUSTER_NODES, message -> nodes.heard(message.body()))
        .completion()
        .onSuccess(following -> vertx.eventBus().publish(Addresses.CLUSTER_NODES_ASK, ""));
  }

  /** maxwells-daemon's metrics go to DogStatsD and to what users added. */
  private Future<?> openSinks() {
    config.statsd().ifPresent(statsd -> add(new Configured<>(new StatsdSink(statsd), "{}")));
    return vertx
        .executeBlocking(() -> Extensions.of(MetricsSink.class, config.extensions()))
        .compose(
            added -> {
              added.forEach(this::add);
              return vertx
                  .eventBus()
                  .<MeterBatch>localConsumer(
                      Addresses.METERS,
                      message -> sinks.forEach(sink -> sink.deliver(message.body())))
                  .completion();
            });
  }

  private void add(Configured<? extends MetricsSink> sink) {
    SinkRunner runner = new SinkRunner(vertx, sink, registry);
    sinks.add(runner);
    runner.deliver(NOTHING); // It is opened, and tells how that went.
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
