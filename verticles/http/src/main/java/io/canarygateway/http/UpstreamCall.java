package io.canarygateway.http;

import io.netty.buffer.ByteBuf;

/**
 * One request to an upstream and its response. It gets a connection from the target, sends, and
 * reads. If an address cannot be connected to, the next one is tried, each once. If a reused
 * connection turns out to be closed, the request is sent once more on a new one. So it is, a few
 * times, if the upstream says that it did nothing with it. Confined to the target's event loop.
 */
public final class UpstreamCall {

  /** How often a request is sent again that the upstream did nothing with. */
  private static final int MOST_RETRIES = 3;

  private final UpstreamTarget target;
  private final CallRequest request;
  private final CallListener listener;
  private final CallClock clock;
  private final Replay replay;
  private CallAttempt attempt;
  private int retries;

  /** A call that has not begun. */
  public UpstreamCall(UpstreamTarget target, CallRequest request, CallListener listener) {
    this.target = request.upgrade() ? target.forUpgrades() : target;
    this.request = request;
    this.listener = listener;
    this.clock = new CallClock(this.target, list -> attempt.overdue());
    this.replay = new Replay(request, this.target.mayUseHttp2());
    this.attempt = new CallAttempt(this.target, request, listener, clock, replay, this::retry);
  }

  /** Begins the call. From now on its listener is called. */
  public void begin() {
    clock.begin();
    attempt.begin(false);
  }

  /** Writes a part of the request's body, which the call releases. */
  public void write(ByteBuf part) {
    replay.add(part);
    attempt.write(part);
  }

  /** Sends all that was written. */
  public void flush() {
    attempt.flush();
  }

  /** Whether the upstream takes more bytes for now. */
  public boolean writable() {
    return attempt.writable();
  }

  /** Ends the request's body, which has no trailers. */
  public void finishBody() {
    finishBody(Head.NONE);
  }

  /** Ends the request's body. Trailers are left out if its framing has no place for them. */
  public void finishBody(Head trailers) {
    replay.finished(trailers);
    attempt.finishBody(trailers);
  }

  /** Whether a line of the newest response head is passed on, or concerns the connection alone. */
  public boolean passes(ResponseHead head, int line) {
    return attempt.passes(head, line);
  }

  /** The IP address and port that has answered. Called once the response head has arrived. */
  public String address() {
    return attempt.endpoint.text();
  }

  /** Stops reading the response. */
  public void pause() {
    attempt.pause();
  }

  /** Continues to read the response. */
  public void resume() {
    attempt.resume();
  }

  /** Ends the call at once, in any state. Its listener is not called any more. */
  public void abandon() {
    attempt.abandon();
  }

  /** Ends the call as if its timeout were over: its listener is told of a failure. */
  public void expire() {
    clock.end();
    attempt.overdue();
  }

  /** Ends the call and hands its connection over to a tunnel. */
  CallCarrier takeConnection() {
    return attempt.takeConnection();
  }

  /** Sends the request on a new connection, unless that was done before. Returns whether it did. */
  private boolean retry(boolean unprocessed) {
    if (retries >= (unprocessed ? MOST_RETRIES : 1)) {
      return false;
    }
    retries++;
    replay.begin();
    listener.retried();
    attempt = new CallAttempt(target, request, listener, clock, replay, this::retry);
    attempt.begin(true);
    return true;
  }
}
