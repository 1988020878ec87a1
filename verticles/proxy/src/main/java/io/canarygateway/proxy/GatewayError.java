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
import java.time.Duration;
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
  /** The route's rate limit has no token for the request. */
  RATE_LIMITED(429, "Too Many Requests", "the rate limit is reached"),
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
  /** A CONNECT of HTTP/2 is for a protocol that the gateway does not carry. */
  PROTOCOL_NOT_SUPPORTED(501, "Not Implemented", "CONNECT is for websocket only"),
  /** The upstream could not be connected to, or closed the connection before its response head. */
  BAD_GATEWAY(
      502, "Bad Gateway", "the upstream could not be reached or closed the connection early"),
  /** A limit of the gateway is reached. */
  OVERLOADED(503, "Service Unavailable", "too many requests are in flight"),
  /** The server that runs the route's interceptors has not started yet. */
  INTERCEPTORS_NOT_READY(503, "Service Unavailable", "the route's interceptors are starting"),
  /** The upstream did not answer in time. */
  GATEWAY_TIMEOUT(504, "Gateway Timeout", "the upstream did not answer in time"),
  /** The client of gRPC waits no longer. */
  DEADLINE_EXCEEDED(504, "Gateway Timeout", "the call's deadline is over"),
  /** The version of HTTP is neither 1.0 nor 1.1. */
  VERSION_NOT_SUPPORTED(
      505, "HTTP Version Not Supported", "only HTTP/1.0 and HTTP/1.1 are supported"),
  /** The request has passed this gateway before, so it would go round for ever. */
  LOOP_DETECTED(508, "Loop Detected", "the request came back to this gateway");

  static final String ALLOWED_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

  private static final int GRPC_DEADLINE_EXCEEDED = 4;
  private static final int GRPC_HTTP_STATUS = 200;
  private static final int GRPC_RESOURCE_EXHAUSTED = 8;

  private final int status;
  private final String reason;
  private final byte[] body;
  private final String detail;

  GatewayError(int status, String reason, String detail) {
    this.status = status;
    this.reason = reason;
    this.detail = detail;
    this.body = (status + " " + reason + ": " + detail + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  /** The error response to bytes that are no request. */
  static GatewayError of(Fault fault) {
    return switch (fault) {
      case MALFORMED, HOSTS_DIFFER -> BAD_REQUEST;
      case LINE_TOO_LONG -> URI_TOO_LONG;
      case HEAD_TOO_LARGE -> HEADERS_TOO_LARGE;
      case PROTOCOL_UNKNOWN -> PROTOCOL_NOT_SUPPORTED;
      case VERSION_UNKNOWN -> VERSION_NOT_SUPPORTED;
      case CODING_UNKNOWN -> NOT_IMPLEMENTED;
    };
  }

  /** The error response after a call that failed before its response head. */
  static GatewayError of(CallFailure.Kind failure) {
    return switch (failure) {
      case FULL -> OVERLOADED;
      case HEAD_TOO_LARGE -> HEADERS_TOO_LARGE;
      case CONNECT_TIMEOUT, TIMEOUT -> GATEWAY_TIMEOUT;
      case CONNECT, RESET, MALFORMED -> BAD_GATEWAY;
    };
  }

  int status() {
    return status;
  }

  /** The status that the client gets; for gRPC that is 200, and the head says the rest. */
  int sentStatus(ServerStream stream) {
    return Grpc.isCall(stream.head()) ? GRPC_HTTP_STATUS : status;
  }

  /** The length of the body in bytes; calls of gRPC have none, and HEAD requests get none of it. */
  int sentBytes(ServerStream stream) {
    return Grpc.isCall(stream.head()) ? 0 : body.length;
  }

  /** The label in metrics and logs: the status. */
  String label() {
    return Integer.toString(status);
  }

  /** Makes the head of the error response. */
  ByteBuf head(HeadWriter writer, ServerStream stream) {
    return head(writer, stream, Duration.ZERO);
  }

  /**
   * Makes the head of the error response.
   *
   * @param retryAfter the time after which the client may try again; zero to say nothing of it
   */
  ByteBuf head(HeadWriter writer, ServerStream stream, Duration retryAfter) {
    return Grpc.isCall(stream.head())
        ? grpcHead(writer, stream, retryAfter)
        : httpHead(writer, stream, retryAfter);
  }

  /** The answer to a call of gRPC: its head is all of it, and holds what trailers would. */
  private ByteBuf grpcHead(HeadWriter writer, ServerStream stream, Duration retryAfter) {
    writer.begin().text("HTTP/1.1 200 OK").endLine();
    writer.header("Date", DateFormatter.format(new Date()));
    writer.header("Content-Type", "application/grpc");
    writer.text("grpc-status: ").number(grpcStatus()).endLine();
    writer.header("grpc-message", detail);
    if (!stream.head().http2()) {
      writer.header("Content-Length", "0");
    }
    retryAfter(writer, retryAfter);
    String connection = stream.connectionHeader(0);
    if (connection != null) {
      writer.header("Connection", connection);
    }
    return writer.end(ByteBufAllocator.DEFAULT, 0);
  }

  private int grpcStatus() {
    return switch (this) {
      case DEADLINE_EXCEEDED -> GRPC_DEADLINE_EXCEEDED;
      case RATE_LIMITED -> GRPC_RESOURCE_EXHAUSTED;
      default -> Grpc.statusOf(status);
    };
  }

  /** Adds a number of seconds, rounded up, since nothing would have changed before. */
  private static void retryAfter(HeadWriter writer, Duration time) {
    if (!time.isZero()) {
      long seconds = time.getSeconds() + (time.getNano() > 0 ? 1 : 0);
      writer.text("Retry-After: ").number(seconds).endLine();
    }
  }

  private ByteBuf httpHead(HeadWriter writer, ServerStream stream, Duration retryAfter) {
    writer.begin().text("HTTP/1.1 ").number(status).text(" ").text(reason).endLine();
    writer.header("Date", DateFormatter.format(new Date()));
    writer.header("Content-Type", "text/plain; charset=utf-8");
    writer.text("Content-Length: ").number(body.length).endLine();
    if (this == METHOD_NOT_ALLOWED) {
      writer.header("Allow", ALLOWED_METHODS);
    }
    retryAfter(writer, retryAfter);
    String connection = stream.connectionHeader(body.length);
    if (connection != null) {
      writer.header("Connection", connection);
    }
    return writer.end(ByteBufAllocator.DEFAULT, body.length);
  }

  /** Sends the error response and ends the stream. */
  void send(ServerStream stream, ByteBuf head) {
    if (Grpc.isCall(stream.head())) {
      stream.respond(head, 0);
      stream.finish(Head.NONE);
      return;
    }
    stream.respond(head, body.length);
    if (!stream.head().method().equals("HEAD")) {
      stream.write(Unpooled.wrappedBuffer(body));
    }
    stream.finish(Head.NONE);
  }
}
