package io.canarygateway.proxy;

import io.canarygateway.message.SidecarFailure;
import io.canarygateway.message.SidecarReply;
import io.vertx.core.AsyncResult;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import java.util.Locale;

/**
 * The conversion of event bus replies into sidecar replies. Users' own verticles answer on the bus
 * too, so a reply may be anything. Stateless.
 */
final class SidecarReplies {

  private SidecarReplies() {}

  /** The sidecar's reply; a failure if the bus has brought none that can be read. */
  static SidecarReply of(AsyncResult<Message<Object>> result) {
    if (result.failed()) {
      return SidecarReply.ofFailure(failureOf(result.cause()));
    }
    try {
      // body() decodes a reply from the network, which fails if its version is unknown.
      return result.result().body() instanceof SidecarReply reply
          ? reply
          : SidecarReply.ofFailure(SidecarFailure.OTHER);
    } catch (RuntimeException e) {
      return SidecarReply.ofFailure(SidecarFailure.OTHER);
    }
  }

  /** Records a reply, which ends the call. */
  static void record(SidecarReply reply, CallTrace call) {
    reply
        .failure()
        .ifPresentOrElse(
            failure -> call.failed(failure.name().toLowerCase(Locale.ROOT)),
            () -> call.answered(reply.status()));
    call.end();
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
