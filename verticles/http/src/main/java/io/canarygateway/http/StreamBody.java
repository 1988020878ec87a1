package io.canarygateway.http;

import io.netty.buffer.ByteBuf;

/** The body of a client's request: read when it is wanted, as fast as it is wanted. */
final class StreamBody implements BodySink {

  private final ClientLink link;
  private final ClientSide client;
  private final BodyDecoder decoder;
  private BodySink sink;
  private boolean paused;

  /** A body of that length, one of {@link Framing}'s. */
  StreamBody(ClientLink link, ClientSide client, long length) {
    this.link = link;
    this.client = client;
    this.decoder = length == 0 ? null : new BodyDecoder(length);
  }

  /** Whether it was read to its end. */
  boolean ended() {
    return decoder == null || decoder.ended();
  }

  boolean wanted() {
    return sink != null && !paused && !ended();
  }

  boolean paused() {
    return paused && !ended();
  }

  /** Begins to read. */
  void read(BodySink newSink) {
    sink = newSink;
    await();
    link.process();
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

  /** Nobody wants any more of it. */
  void drop() {
    sink = null;
  }

  void decode(ByteBuf in) throws MalformedException {
    decoder.decode(in, this);
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

  /** Begins to wait for the client's next bytes, unless it is the client that does not read. */
  void await() {
    if (wanted() && !client.deadline().isIn(client.deadlines().unread)) {
      client.await(client.deadlines().awaitingBody);
    }
  }

  private void stopWaiting() {
    client.stopWaiting(client.deadlines().awaitingBody);
  }
}
