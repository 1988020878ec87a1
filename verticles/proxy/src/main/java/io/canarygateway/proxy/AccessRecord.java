package io.canarygateway.proxy;

import io.canarygateway.decision.Decision;
import io.canarygateway.decision.Target;
import io.canarygateway.http.ServerStream;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the access log says of one request. It collects that while the request runs, stands before
 * the other observers, and is written at the end. Confined to the request's event loop.
 */
final class AccessRecord extends PassingObserver {

  /** The value of a time that is not known. */
  static final long UNKNOWN = -1;

  private static final int SWITCHING_PROTOCOLS = 101;

  /** The status that a client of HTTP/2 gets instead of 101. */
  private static final int SWITCHED_HTTP2 = 200;

  private final ServerStream stream;
  private final @Nullable String route;
  private final @Nullable Sticky sticky;
  private final @Nullable String requestId;
  private final @Nullable String traceId;
  private final long startNanos;
  private final Consumer<AccessRecord> log;
  private @Nullable Decision decision;
  private @Nullable Target target;
  private @Nullable String upstream;
  private long upstreamNanos = UNKNOWN;
  private long fallbackNanos;
  private long durationNanos = UNKNOWN;
  private int status;
  private long bytes;

  /**
   * A record of a request whose head has arrived.
   *
   * @param others the other observers of the request
   * @param route the name of the request's route; null if it has none
   * @param sticky the client's assignment; null if assignments do not decide
   * @param requestId the request's id; null if it has none
   * @param traceId the id of the request's trace; null if tracing is off
   * @param startNanos the time of the request's head, by {@link System#nanoTime}
   * @param log takes the record at the end
   */
  AccessRecord(
      RequestObserver others,
      ServerStream stream,
      @Nullable String route,
      @Nullable Sticky sticky,
      @Nullable String requestId,
      @Nullable String traceId,
      long startNanos,
      Consumer<AccessRecord> log) {
    super(others);
    this.stream = stream;
    this.route = route;
    this.sticky = sticky;
    this.requestId = requestId;
    this.traceId = traceId;
    this.startNanos = startNanos;
    this.log = log;
  }

  @Override
  public void decided(Decision newDecision) {
    decision = newDecision;
    target = newDecision.target();
    super.decided(newDecision);
  }

  @Override
  public void answeredBy(String address) {
    upstream = address;
    super.answeredBy(address);
  }

  @Override
  public void responded(Target newTarget, int newStatus, long nanos) {
    upstreamNanos = nanos;
    if (newStatus == SWITCHING_PROTOCOLS) {
      // No head is shown: the connections are joined.
      status = stream.head().http2() ? SWITCHED_HTTP2 : newStatus;
    }
    super.responded(newTarget, newStatus, nanos);
  }

  @Override
  public void fellBack(FallbackCause cause, long nanos) {
    fallbackNanos = nanos;
    target = Target.MAIN;
    upstream = null;
    upstreamNanos = UNKNOWN;
    super.fellBack(cause, nanos);
  }

  @Override
  public void clientHead(ByteBuf head) {
    status = StatusLine.status(head);
    super.clientHead(head);
  }

  @Override
  public void clientPart(ByteBuf part) {
    bytes += part.readableBytes();
    super.clientPart(part);
  }

  @Override
  public void refused(GatewayError error) {
    answered(error.sentStatus(stream), error.sentBytes(stream));
    super.refused(error);
  }

  @Override
  public void ended(Target newTarget, long nanos) {
    durationNanos = fallbackNanos + nanos;
    super.ended(newTarget, nanos);
  }

  @Override
  public void closed() {
    if (durationNanos == UNKNOWN) {
      durationNanos = System.nanoTime() - startNanos;
    }
    log.accept(this);
    super.closed();
  }

  /**
   * Notes an answer of the gateway itself.
   *
   * @param length the length of its body, which HEAD requests do not get
   */
  void answered(int newStatus, int length) {
    status = newStatus;
    bytes = stream.head().method().equals("HEAD") ? 0 : length;
  }

  ServerStream stream() {
    return stream;
  }

  @Nullable String route() {
    return route;
  }

  @Nullable Sticky sticky() {
    return sticky;
  }

  @Nullable String requestId() {
    return requestId;
  }

  /** The id of the request's trace, or of its client's if tracing is off; null for none. */
  @Nullable String traceId() {
    return traceId == null ? TraceContext.idOf(stream.head()) : traceId;
  }

  /** The decision; null if nothing was decided. */
  @Nullable Decision decision() {
    return decision;
  }

  /** The target that the answer is from, or that failed; null if nothing was decided. */
  @Nullable Target target() {
    return target;
  }

  /** The address that the answer is from; null if it is not known. */
  @Nullable String upstream() {
    return upstream;
  }

  /** The time to the head of the target's answer; {@link #UNKNOWN} if there is none. */
  long upstreamNanos() {
    return upstreamNanos;
  }

  /** The time of the request's head, by {@link System#nanoTime}. */
  long startNanos() {
    return startNanos;
  }

  /** The time from the request's head to the end. */
  long durationNanos() {
    return durationNanos;
  }

  /** The status that was sent; 0 if the client left before. */
  int status() {
    return status;
  }

  /** The bytes of the body that were passed on. */
  long bytes() {
    return bytes;
  }
}
