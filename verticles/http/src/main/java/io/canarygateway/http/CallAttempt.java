package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One attempt at an upstream call, on one connection. Confined to the target's event loop. */
final class CallAttempt extends ConnectionSearch implements CarriedCall {

  private final CallRequest request;
  private final CallListener listener;
  private final CallClock clock;
  private final InterimResponses interims = new InterimResponses();
  private final BooleanSupplier retry;
  private CallPhase phase = CallPhase.CONNECTING;
  private @Nullable UpstreamConnection connection;
  private Endpoint endpoint;
  private MessageWriter writer;
  private ConnectionOptions options;
  private boolean bodySent;
  private boolean keepsAlive;
  private boolean paused;

  /**
   * An attempt that has not begun.
   *
   * @param retry begins another attempt and returns true, or returns false if this was the last one
   */
  @SuppressWarnings("NullAway.Init") // Writer, options and endpoint are set before they are used.
  CallAttempt(
      UpstreamTarget target,
      CallRequest request,
      CallListener listener,
      CallClock clock,
      BooleanSupplier retry) {
    super(target);
    this.request = request;
    this.listener = listener;
    this.clock = clock;
    this.retry = retry;
  }

  /**
   * Begins the attempt.
   *
   * @param fresh whether the connection has to be a new one
   */
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
    if (connection != null) {
      writer.flush();
    }
  }

  boolean writable() {
    return connection != null && connection.channel().isWritable();
  }

  void finishBody() {
    if (connection == null || bodySent) {
      return;
    }
    bodySent = true;
    writer.end(Head.NONE);
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
    if (connection != null) {
      connection.pause();
    }
  }

  void resume() {
    paused = false;
    if (phase == CallPhase.RESPONDING) {
      clock.await(target().quiet());
    }
    if (connection != null) {
      connection.resume();
    }
  }

  void abandon() {
    CallPhase seen = phase;
    finish();
    if (seen == CallPhase.CONNECTING) {
      stopWaiting();
    } else if (connection != null) {
      drop().abandon();
    }
  }

  void overdue() {
    String doing = phase.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    CallFailure late = new CallFailure(CallFailure.Kind.TIMEOUT, "timeout while " + doing);
    boolean connected = connection != null;
    abandon();
    if (connected) {
      endpoint.failed();
    }
    listener.failed(connected ? late.at(endpoint) : late);
  }

  UpstreamConnection takeConnection() {
    finish();
    return drop();
  }

  @Override
  public void connected(UpstreamConnection acquired, Endpoint where) {
    connection = acquired;
    endpoint = where;
    acquired.begin(this);
    writer = new MessageWriter(acquired.context());
    writer.head(request.head().apply(where.server()), request.bodyLength());
    if (request.bodyLength() == 0) {
      bodySent = true;
      phase = CallPhase.AWAITING_HEAD;
      clock.await(target().waits());
    } else {
      phase = CallPhase.SENDING;
      clock.pause();
      listener.bodyWanted();
    }
    if (connection != null && (!bodySent || request.bodyLength() == 0)) {
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
      drop().callEnded(keepsAlive && bodySent && !request.upgrade());
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
    boolean replayable =
        phase == CallPhase.AWAITING_HEAD
            && failure.kind() == CallFailure.Kind.RESET
            && Objects.requireNonNull(connection).maybeClosedBefore()
            && request.replayable();
    phase = CallPhase.DONE;
    drop().abandon();
    if (!replayable || !retry.getAsBoolean()) {
      endpoint.failed();
      clock.end();
      listener.failed(failure.at(endpoint));
    }
  }

  private UpstreamConnection drop() {
    UpstreamConnection dropped = Objects.requireNonNull(connection);
    connection = null;
    writer.discard();
    return dropped;
  }

  private void finish() {
    phase = CallPhase.DONE;
    clock.end();
  }
}
