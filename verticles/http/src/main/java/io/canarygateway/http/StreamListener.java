package io.canarygateway.http;

/** Hears of what happens to the client's side while the response has not ended. */
public interface StreamListener {

  /** The client went away; nothing can be written any more. */
  void clientGone();

  /** The request's body is not HTTP; nothing more of it comes. */
  void bodyMalformed();

  /** The client pauses in its body for longer than it may. */
  void bodyOverdue();

  /** The client has left the response unread for longer than it may. */
  void unreadOverdue();

  /** The client takes bytes again after {@link ServerStream#writable} was false. */
  void writabilityRestored();

  /** The parts of the body that came in one go are complete. */
  void bodyFlushed();
}
