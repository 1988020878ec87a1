package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One attempt at an upstream call, on one carrier. Confined to the target's event loop. */
final class CallAttempt extends ConnectionSearch implements CarriedCall {

  private final CallRequest request;
  private final CallListener listener;
  private final CallClock clock;
  private final InterimResponses interims = new InterimResponses();
  private final Replay replay;
  private final Retry retry;
  private CallPhase phase = CallPhase.CONNECTING;
  private @Nullable CallCarrier carrier;
  Endpoint endpoint;
  private StreamWriter writer;
  private ConnectionOptions options;
  private boolean bodySent;
  private boolean keepsAlive;
  private boolean paused;

  @SuppressWarnings("NullAway.Init") // Writer, options and endpoint are set before they are used.
  CallAttempt(
      UpstreamTarget target,
      CallRequest request,
      CallListener listener,
      CallClock clock,
      Replay replay,
      Retry retry) {
    super(target);
    this.request = request;
    this.listener = listener;
    this.clock = clock;
    this.replay = replay;
    this.retry = retry;
  }

  /** Begins the attempt, on a new connection if it has to be {@code fresh}. */
  void begin(boolean fresh) {
    clock.await(target().waits());
    target().acquire(this, fresh);
  }

  void write(ByteBuf part) {
    if (phase == CallPhase.SENDING || phase == CallPhase.RESPONDING) {
      writer.part(part);
    } else {
      part.release();
    }
  }

  void flush() {
    if (carrier != null) {
      writer.flush();
    }
  }

  boolean writable() {
    return carrier != null && carrier.writable();
  }

  void finishBody(Head trailers) {
    if (carrier == null || bodySent) {
      return;
    }
    bodySent = true;
    writer.end(trailers);
    writer.flush();
    if (phase == CallPhase.SENDING) {
      phase = CallPhase.AWAITING_HEAD;
      clock.await(target().waits());
    }
  }

  boolean passes(ResponseHead head, int line) {
    return HopByHop.passes(head, line, options);
  }

  void pause() {
    paused = true;
    clock.pause();
    if (carrier != null) {
      carrier.pause();
    }
  }

  void resume() {
    paused = false;
    if (phase == CallPhase.RESPONDING) {
      clock.await(target().quiet());
    }
    if (carrier != null) {
      carrier.resume();
    }
  }

  void abandon() {
    CallPhase seen = phase;
    finish();
    if (seen == CallPhase.CONNECTING) {
      stopWaiting();
    } else if (carrier != null) {
      drop().abandon();
    }
  }

  void overdue() {
    CallFailure late = CallFailure.late(phase);
    boolean connected = carrier != null;
    abandon();
    if (connected) {
      endpoint.failed();
    }
    listener.failed(connected ? late.at(endpoint) : late);
  }

  CallCarrier takeConnection() {
    finish();
    return drop();
  }

  @Override
  public void connected(CallCarrier acquired, Endpoint where) {
    carrier = acquired;
    endpoint = where;
    acquired.begin(this);
    listener.sending();
    writer = acquired.writer();
    ByteBuf head = request.head().apply(where.server());
    if (!acquired.takes(head)) {
      head.release();
      drop().abandon();
      refused(CallFailure.headTooLarge().at(where));
      return;
    }
    writer.head(head, request.bodyLength());
    phase = CallPhase.SENDING;
    if (request.bodyLength() == 0) {
      finishBody(Head.NONE);
      return;
    }
    clock.pause();
    if (!replay.sendTo(this::write, this::finishBody)) {
      listener.bodyWanted();
    } else if (writable()) {
      listener.upstreamWritable();
    }
    if (carrier != null && !bodySent) {
      writer.flush();
    }
  }

  @Override
  public void refused(CallFailure failure) {
    finish();
    listener.failed(failure);
  }

  @Override
  public long headArrived(ResponseHead head) throws MalformedException {
    options = ConnectionOptions.of(head);
    if (head.status() < 200) {
      interims.arrived(head, request.upgrade() && bodySent, listener);
      return 0;
    }
    long length = Framing.ofResponse(head, request.toHead());
    keepsAlive = !options.close() && (!head.http10() || options.keepAlive());
    phase = CallPhase.RESPONDING;
    replay.release();
    endpoint.answered(head.status());
    clock.await(target().quiet());
    listener.responded(head, length);
    return length;
  }

  @Override
  public boolean responding() {
    return phase == CallPhase.RESPONDING;
  }

  @Override
  public void part(ByteBuf part) {
    if (phase == CallPhase.DONE) {
      part.release();
      return;
    }
    if (!paused) {
      clock.await(target().quiet());
    }
    listener.responsePart(part);
  }

  @Override
  public void end(Head trailers) {
    if (phase != CallPhase.DONE) {
      finish();
      drop().callEnded(bodySent, keepsAlive && !request.upgrade());
      listener.responseEnded(trailers);
    }
  }

  @Override
  public void readComplete() {
    listener.responseFlushed();
  }

  @Override
  public void writabilityChanged(boolean writable) {
    if (bodySent || phase != CallPhase.SENDING && phase != CallPhase.RESPONDING) {
      return;
    }
    if (writable) {
      if (phase == CallPhase.SENDING) {
        clock.pause();
      }
      listener.upstreamWritable();
    } else if (phase == CallPhase.SENDING) {
      clock.await(target().waits());
    }
  }

  @Override
  public void broken(CallFailure failure) {
    CallCarrier broken = Objects.requireNonNull(carrier);
    boolean replayable = replay.isAllowedAfter(failure, broken, phase);
    phase = CallPhase.DONE;
    drop().abandon();
    if (!replayable || !retry.begins(broken.unprocessed())) {
      endpoint.failed();
      finish();
      listener.failed(failure.at(endpoint));
    }
  }

  private CallCarrier drop() {
    CallCarrier dropped = Objects.requireNonNull(carrier);
    carrier = null;
    writer.discard();
    return dropped;
  }

  private void finish() {
    phase = CallPhase.DONE;
    clock.end();
    replay.release();
  }
}
