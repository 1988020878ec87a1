package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The body of a client's request, read only as fast as its receiver wants it. Confined to the
 * connection's event loop.
 */
final class StreamBody implements BodySink {

  /** Shared by all requests without a body: it never has bytes to decode. */
  private static final BodyDecoder NO_BODY = new BodyDecoder(0);

  private final ClientLink link;
  private final ClientSide client;
  private final BodyDecoder decoder;
  private @Nullable BodySink sink;
  private boolean framed;
  private boolean paused;
  private Deadlines awaiting;

  /**
   * A body of which nothing was read.
   *
   * @param length its length in bytes, or a constant of {@link Framing}
   */
  StreamBody(ClientLink link, ClientSide client, long length) {
    this.link = link;
    this.client = client;
    this.awaiting = client.deadlines().awaitingBody;
    this.decoder = length == 0 ? NO_BODY : new BodyDecoder(length);
  }

  /** Whether the whole body was read. */
  boolean ended() {
    return framed || decoder.ended();
  }

  /** Whether the receiver wants more bytes. */
  boolean wanted() {
    return sink != null && !paused && !ended();
  }

  boolean paused() {
    return paused && !ended();
  }

  /** Begins to read the body. */
  void read(BodySink newSink) {
    sink = newSink;
    await();
    link.process();
  }

  /** The client may wait for the response before it sends more. */
  void mayWait() {
    awaiting = client.deadlines().awaitingMessage;
  }

  void pause() {
    paused = true;
    stopWaiting();
    link.process();
  }

  void resume() {
    paused = false;
    await();
    link.process();
  }

  /** Detaches the receiver. Parts that still arrive are dropped. */
  void drop() {
    sink = null;
  }

  /** Decodes bytes of HTTP/1.x. */
  void decode(ByteBuf in) throws MalformedException {
    decoder.decode(in, this);
  }

  /**
   * Takes a part that arrived in a frame of HTTP/2.
   *
   * @param part the part, which may be empty
   * @param trailers the header lines behind the body; null if more parts follow
   */
  void frame(ByteBuf part, @Nullable Head trailers) {
    framed = trailers != null;
    if (part.isReadable()) {
      part(part);
    } else {
      part.release();
    }
    if (trailers != null) {
      end(trailers);
    }
  }

  @Override
  public void part(ByteBuf part) {
    if (sink == null) {
      part.release();
    } else {
      await();
      sink.part(part);
    }
  }

  @Override
  public void end(Head trailers) {
    stopWaiting();
    if (sink != null) {
      sink.end(trailers);
    }
  }

  /** Starts the deadline for the client's next bytes, unless the client is waited for to read. */
  void await() {
    if (wanted() && !client.deadline().isIn(client.deadlines().unread)) {
      client.await(awaiting);
    }
  }

  private void stopWaiting() {
    client.stopWaiting(awaiting);
  }
}
