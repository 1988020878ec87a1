package io.canarygateway.http;

import io.netty.buffer.ByteBuf;

/**
 * A receiver of what happens to one upstream call. Called on the pool's event loop. Neither {@link
 * #responseEnded} nor {@link #failed} is followed by any other call.
 */
public interface CallListener {

  /** A connection was found, and the request is about to be sent on it. */
  default void sending() {}

  /**
   * The request's head was written, so its body may be written now. Called only if there is a body.
   */
  void bodyWanted();

  /** The upstream takes bytes again, after {@link UpstreamCall#writable} was false. */
  void upstreamWritable();

  /** The request is about to be sent for the second time. */
  void retried();

  /** An interim response that is meant for the client has arrived. */
  void interim(ResponseHead head);

  /**
   * The head of the final response has arrived. The body's length is in bytes or a constant of
   * {@link Framing}.
   */
  void responded(ResponseHead head, long length);

  /** The upstream has changed the protocol, which the request offered. */
  void switched(ResponseHead head);

  /** A part of the response's body has arrived. The listener releases it. */
  void responsePart(ByteBuf part);

  /** All parts that were read at once have been passed on, so it is time to flush them. */
  void responseFlushed();

  /** The response is complete. */
  void responseEnded(Head trailers);

  /** The call has failed. A response that had begun ends before its end. */
  void failed(CallFailure failure);
}
