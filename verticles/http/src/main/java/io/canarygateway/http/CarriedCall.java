package io.canarygateway.http;

/**
 * The call that an upstream connection carries at the moment. Called on the connection's event
 * loop.
 */
interface CarriedCall extends BodySink {

  /**
   * Takes the head of an interim response or of the final one.
   *
   * @return the length of the body that follows the final head, in bytes or as a constant of {@link
   *     Framing}
   * @throws MalformedException if the head contradicts itself or the request
   */
  long headArrived(ResponseHead head) throws MalformedException;

  /** Whether the final head has arrived and the response has not ended. */
  boolean responding();

  /** All parts that were read at once have been passed on. */
  void readComplete();

  /** The upstream takes bytes again, or takes no more for now. */
  void writabilityChanged(boolean writable);

  /** The upstream ended the connection too early, or sent malformed bytes. */
  void broken(CallFailure failure);
}
