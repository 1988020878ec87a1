package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One attempt at an upstream call, on one connection. Confined to the pool's event loop. */
final class CallAttempt implements CarriedCall, UpstreamPool.Waiter {

  private enum Phase {
    CONNECTING,
    SENDING,
    AWAITING_HEAD,
    RESPONDING,
    DONE
  }

  private final UpstreamPool pool;
  private final CallRequest request;
  private final CallListener listener;
  private final CallClock clock;
  private final InterimResponses interims = new InterimResponses();
  private final BooleanSupplier retry;
  private Phase phase = Phase.CONNECTING;
  private @Nullable UpstreamConnection connection;
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
  @SuppressWarnings("NullAway.Init") // Writer and options are set before they are used.
  CallAttempt(
      UpstreamPool pool,
      CallRequest request,
      CallListener listener,
      CallClock clock,
      BooleanSupplier retry) {
    this.pool = pool;
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
    clock.await(pool.waits());
    pool.acquire(this, fresh);
  }

  void write(ByteBuf part) {
    if (phase == Phase.SENDING || phase == Phase.RESPONDING) {
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
    if (phase == Phase.SENDING) {
      phase = Phase.AWAITING_HEAD;
      clock.await(pool.waits());
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
    if (phase == Phase.RESPONDING) {
      clock.await(pool.quiet());
    }
    if (connection != null) {
      connection.resume();
    }
  }

  void abandon() {
    Phase seen = phase;
    finish();
    if (seen == Phase.CONNECTING) {
      pool.cancel(this);
    } else if (connection != null) {
      drop().abandon();
    }
  }

  void overdue() {
    String doing = phase.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    abandon();
    listener.failed(new CallFailure(CallFailure.Kind.TIMEOUT, "timeout while " + doing));
  }

  UpstreamConnection takeConnection() {
    finish();
    return drop();
  }

  @Override
  public void connected(UpstreamConnection acquired) {
    connection = acquired;
    acquired.begin(this);
    writer = new MessageWriter(acquired.context());
    writer.head(request.head().get(), request.bodyLength());
    if (request.bodyLength() == 0) {
      bodySent = true;
      phase = Phase.AWAITING_HEAD;
      clock.await(pool.waits());
    } else {
      phase = Phase.SENDING;
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
    phase = Phase.RESPONDING;
    clock.await(pool.quiet());
    listener.responded(head, length);
    return length;
  }

  @Override
  public boolean responding() {
    return phase == Phase.RESPONDING;
  }

  @Override
  public void part(ByteBuf part) {
    if (phase == Phase.DONE) {
      part.release();
      return;
    }
    if (!paused) {
      clock.await(pool.quiet());
    }
    listener.responsePart(part);
  }

  @Override
  public void end(Head trailers) {
    if (phase != Phase.DONE) {
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
    if (bodySent || phase != Phase.SENDING && phase != Phase.RESPONDING) {
      return;
    }
    if (writable) {
      if (phase == Phase.SENDING) {
        clock.pause();
      }
      listener.upstreamWritable();
    } else if (phase == Phase.SENDING) {
      clock.await(pool.waits());
    }
  }

  @Override
  public void broken(CallFailure failure) {
    boolean replayable =
        phase == Phase.AWAITING_HEAD
            && failure.kind() == CallFailure.Kind.RESET
            && Objects.requireNonNull(connection).maybeClosedBefore()
            && request.replayable();
    phase = Phase.DONE;
    drop().abandon();
    if (!replayable || !retry.getAsBoolean()) {
      clock.end();
      listener.failed(failure);
    }
  }

  private UpstreamConnection drop() {
    UpstreamConnection dropped = Objects.requireNonNull(connection);
    connection = null;
    writer.discard();
    return dropped;
  }

  private void finish() {
    phase = Phase.DONE;
    clock.end();
  }
}
