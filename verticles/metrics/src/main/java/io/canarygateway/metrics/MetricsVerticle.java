package io.canarygateway.metrics;

import io.canarygateway.config.InstrumentationConfig;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ListenException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/**
 * The instrumentation port: {@code /metrics} for Prometheus, {@code /health/live} and {@code
 * /health/ready} for whoever starts and balances gateways. Scraping runs on a worker thread.
 */
public final class MetricsVerticle extends VerticleBase {

  private static final int IDLE_TIMEOUT_SECONDS = 60;

  private final InstrumentationConfig config;
  private final PrometheusMeterRegistry registry;
  private final HealthBoard health;

  /**
   * A port for one process.
   *
   * @param registry what is shown
   * @param required the components without whose word the process is not ready
   */
  public MetricsVerticle(
      InstrumentationConfig config, PrometheusMeterRegistry registry, Set<String> required) {
    this.config = config;
    this.registry = registry;
    this.health = new HealthBoard(required);
  }

  @Override
  public Future<?> start() {
    Router router = Router.router(vertx);
    router.route("/metrics").method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::metrics);
    router
        .get("/health/live")
        .handler(context -> context.json(new JsonObject().put("status", "UP")));
    router.get("/health/ready").handler(this::ready);
    return vertx
        .eventBus()
        .<ComponentHealth>consumer(Addresses.HEALTH, message -> health.update(message.body()))
        .completion()
        .compose(
            subscribed ->
                ListenException.recover(
                    vertx
                        .createHttpServer(
                            new HttpServerOptions().setIdleTimeout(IDLE_TIMEOUT_SECONDS))
                        .requestHandler(router)
                        .listen(config.port(), config.host()),
                    "instrumentation.port",
                    config.host(),
                    config.port()))
        .onSuccess(
            server ->
                vertx
                    .eventBus()
                    .publish(
                        Addresses.HEALTH,
                        new ComponentHealth(
                            "metrics", true, config.host() + ":" + server.actualPort())));
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
    JsonArray checks = new JsonArray();
    for (ComponentHealth component : health.components()) {
      checks.add(
          new JsonObject()
              .put("id", component.component())
              .put("status", component.ready() ? "UP" : "DOWN")
              .put("data", new JsonObject().put("detail", component.detail())));
    }
    boolean ready = health.ready();
    context.response().setStatusCode(ready ? 200 : 503);
    context.json(new JsonObject().put("status", ready ? "UP" : "DOWN").put("checks", checks));
  }
}
