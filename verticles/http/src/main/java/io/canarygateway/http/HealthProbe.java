package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Consumer;

/** One health check of one address. Confined to the event loop of the target. */
final class HealthProbe implements CallListener {

  private static final String USER_AGENT = "canary-gateway health check";

  private final HealthCheck check;
  private final Server server;
  private final UpstreamCall call;
  private Consumer<Boolean> ended = good -> {};

  HealthProbe(HealthCheck check, Server server, UpstreamTarget target) {
    this.check = check;
    this.server = server;
    this.call =
        new UpstreamCall(target, new CallRequest(where -> head(), false, 0, false, false), this);
  }

  /**
   * Begins the check.
   *
   * @param whenEnded called once, with whether the check succeeded
   */
  void begin(Consumer<Boolean> whenEnded) {
    ended = whenEnded;
    call.begin();
  }

  private ByteBuf head() {
    return new HeadWriter()
        .begin()
        .text("GET ")
        .text(check.path())
        .text(" HTTP/1.1")
        .endLine()
        .header("Host", check.host().isEmpty() ? server.authority() : check.host())
        .header("User-Agent", USER_AGENT)
        .header("Connection", "close")
        .end(ByteBufAllocator.DEFAULT, 0);
  }

  @Override
  public void responded(ResponseHead head, long length) {
    call.abandon(); // The body does not matter.
    ended.accept(head.status() / 100 == 2 || head.status() / 100 == 3);
  }

  @Override
  public void failed(CallFailure failure) {
    ended.accept(false);
  }

  @Override
  public void bodyWanted() {}

  @Override
  public void upstreamWritable() {}

  @Override
  public void retried() {}

  @Override
  public void interim(ResponseHead head) {}

  @Override
  public void switched(ResponseHead head) {}

  @Override
  public void responsePart(ByteBuf part) {
    part.release();
  }

  @Override
  public void responseFlushed() {}

  @Override
  public void responseEnded(Head trailers) {}
}
