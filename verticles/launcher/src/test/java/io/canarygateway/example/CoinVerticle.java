package io.canarygateway.example;

import io.canarygateway.message.Header;
import io.canarygateway.message.MessageCodecs;
import io.canarygateway.message.SidecarReply;
import io.canarygateway.message.SidecarRequest;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;

/**
 * A sidecar of a user's own, somewhere on the cluster: with {@code "sidecar-address":
 * "shop.decide"} the gateways ask it for each request. It needs {@code shared-codec} and nothing
 * else of the gateway.
 */
public final class CoinVerticle extends VerticleBase {

  @Override
  public Future<?> start() {
    MessageCodecs.register(vertx.eventBus());
    return vertx.eventBus().consumer("shop.decide", this::decide).completion();
  }

  private void decide(Message<SidecarRequest> question) {
    boolean beta =
        question.body().headers().contains(new Header("X-Beta", "yes"))
            || question.body().path().startsWith("/beta");
    question.reply(SidecarReply.ofStatus(beta ? 200 : 204));
  }
}
