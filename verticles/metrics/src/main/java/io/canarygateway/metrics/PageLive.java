package io.canarygateway.metrics;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;

/**
 * {@code /page/live}: tells the open pages when to ask for news. {@code tick} comes with each step
 * of the figures, {@code changed} after anything else has changed, at most twice a second. On one
 * context.
 */
final class PageLive {

  private static final long MERGE_MS = 500;

  private final Vertx vertx;
  private final EventStreams streams = new EventStreams("/page/live", 0);
  private final Runnable onChanged;
  private boolean isPending;

  /**
   * Creates the streams.
   *
   * @param onChanged runs before the pages are told
   */
  PageLive(Vertx vertx, Runnable onChanged) {
    this.vertx = vertx;
    this.onChanged = onChanged;
  }

  void serve(Router router) {
    streams.serve(router, vertx);
  }

  void tick() {
    streams.send("tick", new JsonObject());
  }

  void changed() {
    if (!isPending) {
      isPending = true;
      vertx.setTimer(
          MERGE_MS,
          timer -> {
            isPending = false;
            onChanged.run();
            streams.send("changed", new JsonObject());
          });
    }
  }
}
