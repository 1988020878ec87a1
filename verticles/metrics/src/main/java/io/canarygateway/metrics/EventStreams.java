package io.canarygateway.metrics;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events, such as {@code /api/v1/events}. At most 100 clients read at a time; one that
 * reads too slowly is disconnected. A client that comes back with {@code Last-Event-ID} gets what
 * it has missed of the last events. On one context.
 */
final class EventStreams {

  private static final int MAX_STREAMS = 100;

  /** How many events of the API are kept for clients that come back. */
  private static final int KEPT_OF_API = 256;

  private static final long HEARTBEAT_MS = 15_000;

  /** What may wait for a client. */
  private static final int MAX_QUEUE_BYTES = 256 << 10;

  private record Sent(long id, String text) {}

  private final String path;
  private final int kept;
  private final Set<RoutingContext> streams = new LinkedHashSet<>();
  private final Deque<Sent> last = new ArrayDeque<>();

  /** Ids of an earlier process are older than all of this one. */
  private long newest = System.currentTimeMillis() * 1_000;

  private Runnable listener = () -> {};

  /**
   * Creates the streams of one path.
   *
   * @param kept how many events are kept for clients that come back
   */
  EventStreams(String path, int kept) {
    this.path = path;
    this.kept = kept;
  }

  static EventStreams ofApi() {
    return new EventStreams(Api.PREFIX + "/events", KEPT_OF_API);
  }

  /** Sets what runs after each event. */
  void onSent(Runnable newListener) {
    listener = newListener;
  }

  void serve(Router router, Vertx vertx) {
    Api.get(router, path, this::open);
    vertx.setPeriodic(HEARTBEAT_MS, timer -> List.copyOf(streams).forEach(this::heartbeat));
  }

  private void open(RoutingContext context) {
    if (streams.size() >= MAX_STREAMS) {
      ApiAnswer.error(context, 503, "at most " + MAX_STREAMS + " clients can follow the events");
      return;
    }
    HttpServerResponse response =
        context
            .response()
            .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
            .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
            .putHeader("X-Content-Type-Options", "nosniff");
    if (context.request().method() == HttpMethod.HEAD) {
      response.end();
      return;
    }
    streams.add(context);
    response.setChunked(true).setWriteQueueMaxSize(MAX_QUEUE_BYTES);
    response.exceptionHandler(gone -> streams.remove(context));
    response.endHandler(ended -> streams.remove(context));
    response.closeHandler(closed -> streams.remove(context));
    response.write("retry: 3000\n\n" + missed(context.request().getHeader("Last-Event-ID")));
  }

  /** The events after an id; none without one, or with one that is none of ours. */
  private String missed(@Nullable String lastId) {
    StringBuilder missed = new StringBuilder();
    if (lastId != null && lastId.matches("[0-9]{1,18}")) {
      long after = Long.parseLong(lastId);
      last.stream().filter(sent -> sent.id() > after).forEach(sent -> missed.append(sent.text()));
    }
    return missed.toString();
  }

  /**
   * Sends an event to all clients.
   *
   * @param event its kind, such as {@code journal}
   */
  void send(String event, JsonObject data) {
    newest++;
    // JSON on one line has no line feed, which would end the event.
    String text = "id: " + newest + "\nevent: " + event + "\ndata: " + data.encode() + "\n\n";
    last.addLast(new Sent(newest, text));
    if (last.size() > kept) {
      last.removeFirst();
    }
    List.copyOf(streams).forEach(stream -> write(stream, text));
    listener.run();
  }

  private void heartbeat(RoutingContext stream) {
    write(stream, ": still here\n\n");
  }

  private void write(RoutingContext stream, String text) {
    HttpServerResponse response = stream.response();
    if (response.closed() || response.ended()) {
      streams.remove(stream);
    } else if (response.writeQueueFull()) {
      streams.remove(stream);
      response.reset(); // Of HTTP/1.1, this closes the connection.
    } else {
      response.write(text);
    }
  }
}
