package io.canarygateway.proxy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;

/**
 * Sends a request's body as it comes, what was collected of it first, as fast as the upstream takes
 * it. All calls come from the request's event loop.
 */
final class BodySender {

  private final Exchange exchange;
  private final RequestBody body;
  private final HttpClientRequest out;
  private final Runnable onEnd;
  private boolean blocked;
  private long blockedSinceNanos;
  private boolean stopped;

  /**
   * A sender for one upstream request.
   *
   * @param onEnd called when the client has sent all, before the upstream request is ended
   */
  BodySender(Exchange exchange, HttpClientRequest out, Runnable onEnd) {
    this.exchange = exchange;
    this.body = exchange.body();
    this.out = out;
    this.onEnd = onEnd;
  }

  void begin() {
    HttpServerRequest request = exchange.request();
    if (body.length() < 0) {
      out.setChunked(true);
    }
    exchange.invite();
    request.handler(
        chunk -> {
          body.progressed();
          if (exchange.dump() != null) {
            exchange.dump().requestChunk(chunk);
          }
          write(chunk);
        });
    request.endHandler(
        v -> {
          body.hasEnded();
          if (!stopped) {
            onEnd.run();
            out.end();
          }
        });
    body.progressed();
    pump();
  }

  /** From now on what the client sends is dropped. */
  void stop() {
    stopped = true;
  }

  /** Whether it is the upstream that does not take what there is. */
  boolean blocked() {
    return blocked;
  }

  /** When a part was last sent or received, or since when the upstream blocks. */
  long sinceNanos() {
    return blocked ? blockedSinceNanos : body.progressNanos();
  }

  private void pump() {
    while (!blocked && !stopped) {
      Buffer chunk = body.poll();
      if (chunk == null) {
        exchange.request().resume();
        return;
      }
      write(chunk);
    }
  }

  private void write(Buffer chunk) {
    if (stopped) {
      return;
    }
    out.write(chunk);
    if (out.writeQueueFull()) {
      blocked = true;
      blockedSinceNanos = System.nanoTime();
      exchange.request().pause();
      out.drainHandler(
          v -> {
            blocked = false;
            body.progressed();
            pump();
          });
    }
  }
}
