package io.canarygateway.proxy;

import io.canarygateway.message.SidecarFailure;
import io.canarygateway.message.SidecarReply;
import io.vertx.core.AsyncResult;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;

/** Reads what came back from the event bus, which may be anything: users answer there too. */
final class BusReplies {

  private BusReplies() {}

  static SidecarReply of(AsyncResult<Message<Object>> result) {
    if (result.failed()) {
      return SidecarReply.ofFailure(failureOf(result.cause()));
    }
    try {
      // Only now what came over the network is decoded; its version may be unknown.
      return result.result().body() instanceof SidecarReply reply
          ? reply
          : SidecarReply.ofFailure(SidecarFailure.OTHER);
    } catch (RuntimeException e) {
      return SidecarReply.ofFailure(SidecarFailure.OTHER);
    }
  }

  private static SidecarFailure failureOf(Throwable cause) {
    if (cause instanceof ReplyException reply) {
      return switch (reply.failureType()) {
        case TIMEOUT -> SidecarFailure.TIMEOUT;
        case NO_HANDLERS -> SidecarFailure.CONNECT;
        default -> SidecarFailure.OTHER;
      };
    }
    return SidecarFailure.OTHER;
  }
}
