package io.canarygateway.proxy;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Every response with an error status that the proxy itself makes. */
enum GatewayError {
  /** The request cannot be understood safely. */
  BAD_REQUEST(400, "the request is malformed"),
  /** The proxy is no tunnel to anywhere. */
  METHOD_NOT_ALLOWED(405, "CONNECT is not allowed"),
  /** The client was too slow to send its body. */
  REQUEST_TIMEOUT(408, "the request body did not arrive in time"),
  /** The request line is longer than 32 KiB. */
  URI_TOO_LONG(414, "the request line is too long"),
  /** The headers are larger than 32 KiB. */
  HEADERS_TOO_LARGE(431, "the request headers are too large"),
  /** A transfer coding other than chunked. */
  NOT_IMPLEMENTED(501, "only the transfer coding chunked is supported"),
  /** The upstream could not be reached, or broke off before its response's head. */
  BAD_GATEWAY(502, "the upstream could not be reached or broke off"),
  /** A limit of the gateway's own is reached. */
  OVERLOADED(503, "too many requests are in flight"),
  /** The upstream did not answer in time. */
  GATEWAY_TIMEOUT(504, "the upstream did not answer in time");

  private final int status;
  private final String body;

  GatewayError(int status, String detail) {
    this.status = status;
    this.body = HttpResponseStatus.valueOf(status) + ": " + detail + "\n";
  }

  /** The name in metrics and logs: the status. */
  String label() {
    return Integer.toString(status);
  }

  /** Sends the response; completes when it is written. */
  Future<Void> send(HttpServerResponse response) {
    return response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
        .end(body);
  }
}
