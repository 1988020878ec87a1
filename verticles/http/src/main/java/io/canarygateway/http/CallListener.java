package io.canarygateway.http;

import io.netty.buffer.ByteBuf;

/**
 * Hears how an upstream call goes. After {@link #responseEnded} or {@link #failed} nothing more is
 * heard of it.
 */
public interface CallListener {

  /** The request's head is on its way; its body may be written. Only if there is a body. */
  void bodyWanted();

  /** The server takes bytes again after {@link UpstreamCall#writable} was false. */
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
