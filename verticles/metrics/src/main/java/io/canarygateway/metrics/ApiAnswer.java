package io.canarygateway.metrics;

import io.canarygateway.message.ReleaseCommand;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The form of all answers of the API: JSON that no cache keeps. */
final class ApiAnswer {

  private static final Logger LOG = LoggerFactory.getLogger(ApiAnswer.class);

  /** What a verticle may answer to a command that it refuses. */
  private static final Set<Integer> REFUSALS =
      Set.of(
          ReleaseCommand.BAD_REQUEST,
          ReleaseCommand.NOT_FOUND,
          ReleaseCommand.CONFLICT,
          ReleaseCommand.UNAVAILABLE);

  private ApiAnswer() {}

  static void ok(RoutingContext context, JsonObject json) {
    send(context, 200, json);
  }

  /**
   * Refuses a request.
   *
   * @param reason one line for people
   */
  static void error(RoutingContext context, int status, String reason) {
    refuse(context, status, new JsonObject().put("error", reason));
  }

  /** Refuses a request, whose body may not have been read, in another form. */
  static void refuse(RoutingContext context, int status, JsonObject json) {
    HttpServerRequest request = context.request();
    if (!request.isEnded()) {
      if (hasBody(request)) {
        // The body is not read, so the connection cannot carry another request.
        context.response().putHeader(HttpHeaders.CONNECTION, "close");
      }
      request.resume();
    }
    send(context, status, json);
  }

  /** Answers that a question on the event bus has failed. */
  static void failed(RoutingContext context, Throwable cause) {
    switch (BusQuestions.failure(cause)) {
      case NO_HANDLERS -> error(context, 503, "no node with a flag watcher can be reached");
      case TIMEOUT -> error(context, 504, "no answer in time; a command may still be executed");
      default -> {
        int code = cause instanceof ReplyException reply ? reply.failureCode() : 0;
        if (REFUSALS.contains(code)) {
          error(context, code, String.valueOf(cause.getMessage()));
        } else {
          LOG.error("the API could not answer", cause);
          error(context, 500, "see the log");
        }
      }
    }
  }

  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || length != null && !length.equals("0");
  }

  static void send(RoutingContext context, int status, JsonObject json) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return; // The client may have gone while the event bus was asked.
    }
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("X-Content-Type-Options", "nosniff")
        .end(json.toBuffer());
  }
}
