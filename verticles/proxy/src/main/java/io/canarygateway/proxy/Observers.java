package io.canarygateway.proxy;

import io.canarygateway.decision.Decision;
import io.canarygateway.decision.Target;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Several observers as one.
 *
 * @param all the observers, in the order in which they are called
 */
record Observers(List<RequestObserver> all) implements RequestObserver {

  @Override
  public void decided(Decision decision) {
    all.forEach(each -> each.decided(decision));
  }

  @Override
  public void requestPart(ByteBuf part) {
    all.forEach(each -> each.requestPart(part));
  }

  @Override
  public void requestEnded() {
    all.forEach(RequestObserver::requestEnded);
  }

  @Override
  public void retried(Target target) {
    all.forEach(each -> each.retried(target));
  }

  @Override
  public void responded(Target target, int status, long nanos) {
    all.forEach(each -> each.responded(target, status, nanos));
  }

  @Override
  public void unanswered(Target target, long nanos) {
    all.forEach(each -> each.unanswered(target, nanos));
  }

  @Override
  public void fellBack(FallbackCause cause, long nanos) {
    all.forEach(each -> each.fellBack(cause, nanos));
  }

  @Override
  public void clientHead(ByteBuf head) {
    all.forEach(each -> each.clientHead(head));
  }

  @Override
  public void clientPart(ByteBuf part) {
    all.forEach(each -> each.clientPart(part));
  }

  @Override
  public void refused(GatewayError error) {
    all.forEach(each -> each.refused(error));
  }

  @Override
  public void clientGone() {
    all.forEach(RequestObserver::clientGone);
  }

  @Override
  public void ended(Target target, long nanos) {
    all.forEach(each -> each.ended(target, nanos));
  }
}
