package io.canarygateway.metrics;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The event stream that OFREP's bulk answers name: it tells web clients to evaluate their flags
 * again. An event carries no value. On one context.
 */
final class OfrepEvents implements Handler<RoutingContext> {

  static final String PATH = "/ofrep/v1/events";

  private static final int MAX_STREAMS = 1_000;
  private static final long HEARTBEAT_MS = 20_000;

  /** Changes within this time are one event. */
  private static final long GATHER_MS = 100;

  private static final String DATA = "data: {\"type\":\"refetchEvaluation\"}\n\n";

  private final Vertx vertx;
  private final Set<HttpServerResponse> streams = new HashSet<>();
  private final String process = UUID.randomUUID().toString();
  private long changes;
  private boolean gathering;

  OfrepEvents(Vertx vertx) {
    this.vertx = vertx;
    // Shorter than the idle timeout of the port and of usual proxies.
    vertx.setPeriodic(HEARTBEAT_MS, timer -> send(":\n\n"));
  }

  /** Clients may get other answers now. */
  void changed() {
    if (!gathering) {
      gathering = true;
      vertx.setTimer(
          GATHER_MS,
          timer -> {
            gathering = false;
            changes++;
            send(id() + DATA);
          });
    }
  }

  /** A client that comes back says the id that it saw last. Another process has other ids. */
  private String id() {
    return "id: " + lastId() + "\n";
  }

  private String lastId() {
    return process + "-" + changes;
  }

  @Override
  public void handle(RoutingContext context) {
    if (streams.size() >= MAX_STREAMS) {
      context.response().putHeader(HttpHeaders.RETRY_AFTER, "60");
      ApiAnswer.error(context, 503, "there are " + MAX_STREAMS + " event streams already");
      return;
    }
    String seen = context.request().getHeader("Last-Event-ID");
    HttpServerResponse response = context.response();
    response.closeHandler(closed -> streams.remove(response));
    response.exceptionHandler(gone -> streams.remove(response));
    response
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("X-Accel-Buffering", "no"); // nginx would keep events back.
    streams.add(response);
    boolean missed = seen != null && !seen.equals(lastId());
    response.write(id() + (missed ? DATA : "\n"));
  }

  private void send(String text) {
    for (HttpServerResponse stream : List.copyOf(streams)) {
      if (stream.writeQueueFull()) {
        // The client does not read. When it comes back, it evaluates its flags again.
        streams.remove(stream);
        stream.reset();
      } else {
        stream.write(text);
      }
    }
  }
}
