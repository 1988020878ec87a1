package io.canarygateway.http;

/** A call that needs a connection. Called on the event loop of the call. */
interface ConnectionWaiter {

  /** A queue that a call waits in. */
  interface Queue {

    /** Removes a call from the queue, if it is in it. */
    void cancel(ConnectionWaiter call);
  }

  /** The call waits. */
  void queued(Queue where);

  /** The call has a connection to an address, or a part of one. */
  void connected(CallCarrier carrier, Endpoint endpoint);

  /** An address could not be connected to, so that not a byte was sent. */
  void unreachable(Endpoint endpoint, CallFailure failure);

  /** The call cannot have a connection. */
  void refused(CallFailure failure);
}
