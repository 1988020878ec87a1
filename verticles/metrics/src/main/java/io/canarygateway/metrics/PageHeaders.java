package io.canarygateway.metrics;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** The headers that keep a browser from doing with the page what the page does not need. */
final class PageHeaders {

  /** Scripts, styles, images and connections of this origin only; no inline ones, and no frames. */
  static final String POLICY =
      "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
          + " frame-ancestors 'none'";

  private PageHeaders() {}

  /**
   * Answers with a body, which {@code HEAD} does not get. Vert.x would send it by HTTP/2.
   *
   * @param context the request
   */
  static void end(RoutingContext context, Buffer body) {
    HttpServerResponse response = context.response();
    if (context.request().method() == HttpMethod.HEAD) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length())).end();
    } else {
      response.end(body);
    }
  }

  static void add(HttpServerResponse response) {
    response
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("X-Frame-Options", "DENY")
        .putHeader("Referrer-Policy", "same-origin")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin");
  }
}
