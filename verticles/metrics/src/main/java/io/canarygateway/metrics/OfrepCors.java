package io.canarygateway.metrics;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Supplier;

/**
 * Lets pages of the origins of {@code ofrep.cors-origins} read answers. Other pages get the same
 * answers, and their browser keeps these from them. On one context.
 */
final class OfrepCors implements Handler<RoutingContext> {

  private static final String MAX_AGE_SECONDS = "600";

  private final Supplier<List<String>> origins;

  OfrepCors(Supplier<List<String>> origins) {
    this.origins = origins;
  }

  @Override
  public void handle(RoutingContext context) {
    HttpServerResponse response = context.response();
    String origin = context.request().getHeader(HttpHeaders.ORIGIN);
    boolean allowed = origin != null && origins.get().contains(origin);
    response.putHeader(HttpHeaders.VARY, "Origin");
    if (allowed) {
      response
          .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
          .putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "ETag, Retry-After");
    }
    if (!context.request().method().equals(HttpMethod.OPTIONS)) {
      context.next();
    } else if (allowed) {
      // Providers may be configured with a token or key. They need none here, but may send it.
      response
          .setStatusCode(204)
          .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "POST, GET")
          .putHeader(
              HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS,
              "Content-Type, If-None-Match, Authorization, X-API-Key")
          .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS)
          .end();
    } else {
      ApiAnswer.error(context, 403, "ofrep.cors-origins does not list this origin");
    }
  }
}
