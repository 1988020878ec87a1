package io.canarygateway.http;

import io.netty.buffer.ByteBuf;

/**
 * One request to a server and its response: gets a connection, sends, reads, and once begins anew
 * if a connection that was used before turns out to be closed. All calls come from the pool's event
 * loop; after {@link Listener#end} or {@link Listener#failed} nothing more is heard of it.
 */
public final class UpstreamCall implements BodySink, Deadline.Owner {

  /** Hears how the call goes. */
  public interface Listener {

    /** The request's head is on its way; its body may be written. Only if there is a body. */
    void bodyWanted();

    /** The server takes bytes again after {@link #writable} was false. */
    void upstreamWritable();

    /** The request is sent once more. */
    void retried();

    /** An interim response that clients may see. */
    void interim(ResponseHead head);

    /** The response's head, and the length of its body as in {@link Framing}. */
    void responded(ResponseHead head, long length);

    /** The server has changed the protocol, as it was asked to. */
    void switched(ResponseHead head);

    /** A part of the response's body; whoever takes it releases it. */
    void responsePart(ByteBuf part);

    /** The parts that came in one go are complete. */
    void responseFlushed();

    /** The response is complete. */
    void responseEnded(Head trailers);

    /** The call has failed; a response that has begun is cut short. */
    void failed(CallFailure failure);
  }

  /**
   * What is sent.
   *
   * @param head makes the request's head; called again if it has to be sent again
   * @param toHead whether the method is HEAD
   * @param bodyLength the length of its body: bytes, or {@link Framing#CHUNKED}
   * @param replayable whether it may be sent twice
   * @param upgrade whether the server may change the protocol
   */
  public record Request(
      java.util.function.Supplier<ByteBuf> head,
      boolean toHead,
      long bodyLength,
      boolean replayable,
      boolean upgrade) {}

  private enum Phase {
    CONNECTING,
    SENDING,
    AWAITING_HEAD,
    RESPONDING,
    DONE
  }

  private static final int MAX_INTERIM = 16;

  private final UpstreamPool pool;
  private final Request request;
  private final Listener listener;
  private final Deadline deadline = new Deadline(this);
  private Phase phase = Phase.CONNECTING;
  private UpstreamConnection connection;
  private MessageWriter writer;
  private boolean bodySent;
  private boolean retried;
  private ConnectionOptions options;
  private boolean keepsAlive;
  private boolean paused;
  private int interims;

  /** A call that has not begun. */
  public UpstreamCall(UpstreamPool pool, Request request, Listener listener) {
    this.pool = pool;
    this.request = request;
    this.listener = listener;
  }

  /** Begins. */
  public void begin() {
    pool.waits.begin(deadline, now());
    pool.acquire(this, false);
  }

  /** Writes a part of the request's body. */
  public void write(ByteBuf part) {
    if (phase == Phase.SENDING || phase == Phase.RESPONDING) {
      writer.part(part);
    } else {
      part.release();
    }
  }

  /** Sends what was written so far. */
  public void flush() {
    if (connection != null) {
      writer.flush();
    }
  }

  /** Whether the server takes more for now. */
  public boolean writable() {
    return connection != null && connection.channel().isWritable();
  }

  /** The request's body is complete. */
  public void finishBody() {
    if (connection == null || bodySent) {
      return;
    }
    bodySent = true;
    writer.end(Head.NONE);
    writer.flush();
    if (phase == Phase.SENDING) {
      phase = Phase.AWAITING_HEAD;
      await(pool.waits);
    }
  }

  /** Whether a line of the newest head is passed on, as far as this connection is concerned. */
  public boolean passes(ResponseHead head, int line) {
    return HopByHop.passes(head, line, options);
  }

  /** Stops reading the response for now. */
  public void pause() {
    paused = true;
    stopWaiting();
    if (connection != null) {
      connection.pause();
    }
  }

  /** Goes on reading the response. */
  public void resume() {
    paused = false;
    if (phase == Phase.RESPONDING) {
      await(pool.quiet);
    }
    if (connection != null) {
      connection.resume();
    }
  }

  /** Ends the call, wherever it is; its listener hears nothing more. */
  public void abandon() {
    Phase seen = phase;
    finish();
    if (seen == Phase.CONNECTING) {
      pool.cancel(this);
    } else if (connection != null) {
      UpstreamConnection abandoned = connection;
      connection = null;
      writer.discard();
      abandoned.abandon();
    }
  }

  @Override
  public void part(ByteBuf part) {
    if (phase == Phase.DONE) {
      part.release();
      return;
    }
    if (!paused) {
      await(pool.quiet);
    }
    listener.responsePart(part);
  }

  @Override
  public void end(Head trailers) {
    if (phase == Phase.DONE) {
      return;
    }
    UpstreamConnection used = connection;
    finish();
    connection = null;
    writer.discard();
    used.callEnded(keepsAlive && bodySent && !request.upgrade());
    listener.responseEnded(trailers);
  }

  @Override
  public void overdue(Deadlines list) {
    String doing = phase.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    abandon();
    listener.failed(new CallFailure(CallFailure.Kind.TIMEOUT, "timeout while " + doing));
  }

  void connected(UpstreamConnection acquired) {
    connection = acquired;
    acquired.begin(this);
    writer = new MessageWriter(acquired.context());
    writer.head(request.head().get(), request.bodyLength());
    if (request.bodyLength() == 0) {
      bodySent = true;
      phase = Phase.AWAITING_HEAD;
      await(pool.waits);
    } else {
      phase = Phase.SENDING;
      stopWaiting();
      listener.bodyWanted();
    }
    if (connection != null && (!bodySent || request.bodyLength() == 0)) {
      writer.flush();
    }
  }

  void refused(CallFailure failure) {
    finish();
    listener.failed(failure);
  }

  /** Whether the response's head was passed on. */
  boolean responding() {
    return phase == Phase.RESPONDING;
  }

  /** A head came; says how long its body is, if it is the response's. */
  long headArrived(ResponseHead head) throws MalformedException {
    int status = head.status();
    options = ConnectionOptions.of(head);
    if (status == 101) {
      if (!request.upgrade() || !bodySent) {
        throw MalformedException.of("the server changed the protocol unasked or too early");
      }
      deadline.cancel();
      listener.switched(head);
      return 0;
    }
    if (status < 200) {
      if (++interims > MAX_INTERIM) {
        throw MalformedException.of("there are too many interim responses");
      }
      if (status == 103) {
        listener.interim(head);
      }
      return 0;
    }
    long length = Framing.ofResponse(head, request.toHead());
    keepsAlive = !options.close() && (!head.http10() || options.keepAlive());
    phase = Phase.RESPONDING;
    await(pool.quiet);
    listener.responded(head, length);
    return length;
  }

  void readComplete() {
    listener.responseFlushed();
  }

  void writabilityChanged(boolean writable) {
    if (phase != Phase.SENDING && phase != Phase.RESPONDING) {
      return;
    }
    if (writable) {
      if (phase == Phase.SENDING) {
        stopWaiting();
      }
      listener.upstreamWritable();
    } else if (phase == Phase.SENDING) {
      await(pool.waits);
    }
  }

  /** The server broke off, or sent what cannot be understood. */
  void broken(CallFailure failure) {
    boolean again =
        phase == Phase.AWAITING_HEAD
            && failure.kind() == CallFailure.Kind.RESET
            && connection.reused()
            && !connection.answered()
            && !retried
            && request.replayable();
    UpstreamConnection failed = connection;
    connection = null;
    writer.discard();
    if (again) {
      retried = true;
      phase = Phase.CONNECTING;
      failed.abandon();
      listener.retried();
      await(pool.waits);
      pool.acquire(this, true);
    } else {
      finish();
      failed.abandon();
      listener.failed(failure);
    }
  }

  /** The connection belongs to a tunnel from now on. */
  UpstreamConnection takeConnection() {
    UpstreamConnection taken = connection;
    finish();
    connection = null;
    return taken;
  }

  /** Begins to wait for the next step, unless all steps have one timeout together. */
  private void await(Deadlines list) {
    if (!pool.wholeCall()) {
      list.begin(deadline, now());
    }
  }

  private void stopWaiting() {
    if (!pool.wholeCall()) {
      deadline.cancel();
    }
  }

  private void finish() {
    phase = Phase.DONE;
    deadline.cancel();
  }

  private long now() {
    return pool.loop().now();
  }
}
