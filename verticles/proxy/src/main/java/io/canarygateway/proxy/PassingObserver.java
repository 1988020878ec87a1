package io.canarygateway.proxy;

import io.canarygateway.decision.Decision;
import io.canarygateway.decision.Target;
import io.netty.buffer.ByteBuf;

/**
 * An observer that stands before another one and passes all calls on to it. Confined to the
 * request's event loop.
 */
abstract class PassingObserver implements RequestObserver {

  private final RequestObserver others;

  /**
   * An observer before another one.
   *
   * @param others gets each call
   */
  PassingObserver(RequestObserver others) {
    this.others = others;
  }

  @Override
  public void decided(Decision decision) {
    others.decided(decision);
  }

  @Override
  public void requestPart(ByteBuf part) {
    others.requestPart(part);
  }

  @Override
  public void requestEnded() {
    others.requestEnded();
  }

  @Override
  public void sending(Target target) {
    others.sending(target);
  }

  @Override
  public void retried(Target target) {
    others.retried(target);
  }

  @Override
  public void answeredBy(String address) {
    others.answeredBy(address);
  }

  @Override
  public void responded(Target target, int status, long nanos) {
    others.responded(target, status, nanos);
  }

  @Override
  public void grpcEnded(Target target, boolean failed) {
    others.grpcEnded(target, failed);
  }

  @Override
  public void brokenOff(Target target) {
    others.brokenOff(target);
  }

  @Override
  public void overtaken() {
    others.overtaken();
  }

  @Override
  public void unanswered(Target target, long nanos) {
    others.unanswered(target, nanos);
  }

  @Override
  public void fellBack(FallbackCause cause, long nanos) {
    others.fellBack(cause, nanos);
  }

  @Override
  public void clientHead(ByteBuf head) {
    others.clientHead(head);
  }

  @Override
  public void clientPart(ByteBuf part) {
    others.clientPart(part);
  }

  @Override
  public void refused(GatewayError error) {
    others.refused(error);
  }

  @Override
  public void clientGone() {
    others.clientGone();
  }

  @Override
  public void ended(Target target, long nanos) {
    others.ended(target, nanos);
  }

  @Override
  public void closed() {
    others.closed();
  }
}
