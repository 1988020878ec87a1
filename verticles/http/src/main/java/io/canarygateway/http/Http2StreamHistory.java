package io.canarygateway.http;

import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * What a client did with its newest streams. The codec forgets a stream when it is closed, and then
 * cannot tell a number that was skipped from one that was used. Confined to the connection's event
 * loop.
 */
final class Http2StreamHistory extends Http2ConnectionAdapter {

  /** How many streams are remembered. A power of two. */
  private static final int STREAMS = 256;

  private static final byte SKIPPED = 0;
  private static final byte OPENED = 1;
  private static final byte ENDED = 2;

  private final byte[] states = new byte[STREAMS];
  private int newest = -1; // The first stream of a client is 1, and each later one is odd.

  @Override
  public void onStreamAdded(Http2Stream stream) {
    int from = Math.max(newest + 2, stream.id() - 2 * STREAMS);
    for (int skipped = from; skipped < stream.id(); skipped += 2) {
      states[place(skipped)] = SKIPPED;
    }
    newest = stream.id();
    states[place(newest)] = OPENED;
    onStreamHalfClosed(stream); // A head can be a whole request.
  }

  @Override
  public void onStreamHalfClosed(Http2Stream stream) {
    if (stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE && isRemembered(stream.id())) {
      states[place(stream.id())] = ENDED;
    }
  }

  /** Whether the client has skipped a stream, so that it can never be opened. */
  boolean isSkipped(int stream) {
    return isRemembered(stream) && states[place(stream)] == SKIPPED;
  }

  /** Whether the client has ended a stream by END_STREAM. */
  boolean isEnded(int stream) {
    return isRemembered(stream) && states[place(stream)] == ENDED;
  }

  private boolean isRemembered(int stream) {
    return stream % 2 == 1 && stream <= newest && stream > newest - 2 * STREAMS;
  }

  private static int place(int stream) {
    return stream / 2 % STREAMS;
  }
}
