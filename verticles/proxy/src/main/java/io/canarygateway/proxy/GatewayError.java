package io.canarygateway.proxy;

import io.canarygateway.http.CallFailure;
import io.canarygateway.http.Fault;
import io.canarygateway.http.Head;
import io.canarygateway.http.HeadWriter;
import io.canarygateway.http.ServerStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DateFormatter;
import java.nio.charset.StandardCharsets;
import java.util.Date;

/** The error responses that the proxy itself makes. This is the only place that makes any. */
enum GatewayError {
  /** The request is malformed. */
  BAD_REQUEST(400, "Bad Request", "the request is malformed"),
  /** No route matches the request, and there is no default route. */
  NOT_FOUND(404, "Not Found", "no route matches the request"),
  /** A gateway opens no tunnels, and does not echo clients' cookies. */
  METHOD_NOT_ALLOWED(405, "Method Not Allowed", "CONNECT and TRACE are not allowed"),
  /** The client was too slow to send its body. */
  REQUEST_TIMEOUT(408, "Request Timeout", "the request body did not arrive in time"),
  /** The request line is longer than a head may be. */
  URI_TOO_LONG(414, "URI Too Long", "the request line is too long"),
  /** The head has more bytes or more header lines than allowed. */
  HEADERS_TOO_LARGE(
      431, "Request Header Fields Too Large", "the request headers are too large or too many"),
  /** The client wants to change the protocol, which interceptors cannot follow. */
  UPGRADE_NOT_INTERCEPTED(
      501, "Not Implemented", "a route with interceptors does not change the protocol"),
  /** A transfer coding is not {@code chunked}. */
  NOT_IMPLEMENTED(501, "Not Implemented", "only the transfer coding chunked is supported"),
  /** The upstream could not be connected to, or closed the connection before its response head. */
  BAD_GATEWAY(
      502, "Bad Gateway", "the upstream could not be reached or closed the connection early"),
  /** A limit of the gateway is reached. */
  OVERLOADED(503, "Service Unavailable", "too many requests are in flight"),
  /** The server that runs the route's interceptors has not started yet. */
  INTERCEPTORS_NOT_READY(503, "Service Unavailable", "the route's interceptors are starting"),
  /** The upstream did not answer in time. */
  GATEWAY_TIMEOUT(504, "Gateway Timeout", "the upstream did not answer in time"),
  /** The version of HTTP is neither 1.0 nor 1.1. */
  VERSION_NOT_SUPPORTED(
      505, "HTTP Version Not Supported", "only HTTP/1.0 and HTTP/1.1 are supported"),
  /** The request has passed this gateway before, so it would go round for ever. */
  LOOP_DETECTED(508, "Loop Detected", "the request came back to this gateway");

  static final String ALLOWED_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

  private final int status;
  private final String reason;
  private final byte[] body;

  GatewayError(int status, String reason, String detail) {
    this.status = status;
    this.reason = reason;
    this.body = (status + " " + reason + ": " + detail + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  /** The error response to bytes that are no request. */
  static GatewayError of(Fault fault) {
    return switch (fault) {
      case MALFORMED -> BAD_REQUEST;
      case LINE_TOO_LONG -> URI_TOO_LONG;
      case HEAD_TOO_LARGE -> HEADERS_TOO_LARGE;
      case VERSION_UNKNOWN -> VERSION_NOT_SUPPORTED;
      case CODING_UNKNOWN -> NOT_IMPLEMENTED;
    };
  }

  /** The error response after a call that failed before its response head. */
  static GatewayError of(CallFailure.Kind failure) {
    return switch (failure) {
      case FULL -> OVERLOADED;
      case CONNECT_TIMEOUT, TIMEOUT -> GATEWAY_TIMEOUT;
      case CONNECT, RESET, MALFORMED -> BAD_GATEWAY;
    };
  }

  /** The label in metrics and logs: the status. */
  String label() {
    return Integer.toString(status);
  }

  /** Makes the head of the error response. */
  ByteBuf head(HeadWriter writer, ServerStream stream) {
    writer.begin().text("HTTP/1.1 ").number(status).text(" ").text(reason).endLine();
    writer.header("Date", DateFormatter.format(new Date()));
    writer.header("Content-Type", "text/plain; charset=utf-8");
    writer.text("Content-Length: ").number(body.length).endLine();
    if (this == METHOD_NOT_ALLOWED) {
      writer.header("Allow", ALLOWED_METHODS);
    }
    String connection = stream.connectionHeader(body.length);
    if (connection != null) {
      writer.header("Connection", connection);
    }
    return writer.end(ByteBufAllocator.DEFAULT, body.length);
  }

  /** Sends the error response and ends the stream. */
  void send(ServerStream stream, ByteBuf head) {
    stream.respond(head, body.length);
    if (!stream.head().method().equals("HEAD")) {
      stream.write(Unpooled.wrappedBuffer(body));
    }
    stream.finish(Head.NONE);
  }
}
