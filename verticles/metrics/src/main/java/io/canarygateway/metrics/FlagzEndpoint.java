package io.canarygateway.metrics;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.FlagReport;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.UUID;

/** The handler of {@code GET /debug/flagz}: go-flagz's JSON, or a page for browsers. */
final class FlagzEndpoint implements Handler<RoutingContext> {

  private static final DeliveryOptions OPTIONS =
      new DeliveryOptions().setLocalOnly(true).setSendTimeout(3_000);

  private final Vertx vertx;
  private final FlagzPage page = new FlagzPage();

  FlagzEndpoint(Vertx vertx) {
    this.vertx = vertx;
  }

  @Override
  public void handle(RoutingContext context) {
    FlagzQuery query;
    try {
      query =
          new FlagzQuery(
              parameter(context, "type"),
              !parameter(context, "only_changed").isEmpty()
                  && !parameter(context, "only_changed").equals("false"),
              parameter(context, "q"));
    } catch (IllegalArgumentException e) {
      context.fail(400); // The query is not percent-encoded correctly.
      return;
    }
    String accept = context.request().getHeader(HttpHeaders.ACCEPT);
    boolean browser =
        accept != null && accept.contains("html") && !parameter(context, "format").equals("json");
    vertx
        .eventBus()
        .<FlagReport>request(Addresses.FLAGS_GET, "", OPTIONS)
        .onSuccess(
            reply -> {
              if (browser) {
                page(context, reply.body(), query);
              } else {
                json(context, reply.body(), query);
              }
            })
        .onFailure(cause -> context.response().setStatusCode(503).end("no flag watcher\n"));
  }

  private static String parameter(RoutingContext context, String name) {
    return Objects.requireNonNullElse(context.request().getParam(name), "");
  }

  private void json(RoutingContext context, FlagReport report, FlagzQuery query) {
    vertx
        .executeBlocking(() -> query.json(report), false)
        .onSuccess(
            json ->
                context
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .putHeader(HttpHeaders.VARY, "Accept")
                    .end(json))
        .onFailure(context::fail);
  }

  private void page(RoutingContext context, FlagReport report, FlagzQuery query) {
    String nonce = UUID.randomUUID().toString();
    vertx
        .executeBlocking(() -> page.render(report, query, nonce), false)
        .onSuccess(
            html ->
                context
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .putHeader(HttpHeaders.VARY, "Accept")
                    .putHeader("X-Content-Type-Options", "nosniff")
                    .putHeader("Referrer-Policy", "no-referrer")
                    .putHeader(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'nonce-"
                            + nonce
                            + "'; script-src 'nonce-"
                            + nonce
                            + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
                    .end(html))
        .onFailure(context::fail);
  }
}
