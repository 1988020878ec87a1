package io.canarygateway.http;

/** The call that a connection to a server carries. */
interface CarriedCall extends BodySink {

  /**
   * A head came.
   *
   * @return how long the body is, as in {@link Framing}, if it is the response's head
   */
  long headArrived(ResponseHead head) throws MalformedException;

  /** Whether the response's head has come, and the response has not ended. */
  boolean responding();

  /** What came in one go is complete. */
  void readComplete();

  /** The server takes bytes, or does not any more. */
  void writabilityChanged(boolean writable);

  /** The server broke off, or sent what cannot be understood. */
  void broken(CallFailure failure);
}
