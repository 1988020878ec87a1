package io.canarygateway.proxy;

import io.canarygateway.decision.Decision;
import io.canarygateway.decision.Target;
import io.netty.buffer.ByteBuf;

/**
 * Two observers as one. Either may be such a pair itself.
 *
 * @param first the observer that is called first
 * @param second the observer that is called behind it
 */
record Observers(RequestObserver first, RequestObserver second) implements RequestObserver {

  @Override
  public void decided(Decision decision) {
    first.decided(decision);
    second.decided(decision);
  }

  @Override
  public void requestPart(ByteBuf part) {
    first.requestPart(part);
    second.requestPart(part);
  }

  @Override
  public void requestEnded() {
    first.requestEnded();
    second.requestEnded();
  }

  @Override
  public void sending(Target target) {
    first.sending(target);
    second.sending(target);
  }

  @Override
  public void retried(Target target) {
    first.retried(target);
    second.retried(target);
  }

  @Override
  public void answeredBy(String address) {
    first.answeredBy(address);
    second.answeredBy(address);
  }

  @Override
  public void responded(Target target, int status, long nanos) {
    first.responded(target, status, nanos);
    second.responded(target, status, nanos);
  }

  @Override
  public void grpcEnded(Target target, boolean failed) {
    first.grpcEnded(target, failed);
    second.grpcEnded(target, failed);
  }

  @Override
  public void brokenOff(Target target) {
    first.brokenOff(target);
    second.brokenOff(target);
  }

  @Override
  public void overtaken() {
    first.overtaken();
    second.overtaken();
  }

  @Override
  public void unanswered(Target target, long nanos) {
    first.unanswered(target, nanos);
    second.unanswered(target, nanos);
  }

  @Override
  public void fellBack(FallbackCause cause, long nanos) {
    first.fellBack(cause, nanos);
    second.fellBack(cause, nanos);
  }

  @Override
  public void clientHead(ByteBuf head) {
    first.clientHead(head);
    second.clientHead(head);
  }

  @Override
  public void clientPart(ByteBuf part) {
    first.clientPart(part);
    second.clientPart(part);
  }

  @Override
  public void refused(GatewayError error) {
    first.refused(error);
    second.refused(error);
  }

  @Override
  public void clientGone() {
    first.clientGone();
    second.clientGone();
  }

  @Override
  public void ended(Target target, long nanos) {
    first.ended(target, nanos);
    second.ended(target, nanos);
  }

  @Override
  public void closed() {
    first.closed();
    second.closed();
  }
}
