package io.canarygateway.http;

/**
 * A receiver of what happens on the client's side before the response has ended. Called on the
 * connection's event loop.
 */
public interface StreamListener {

  /** A listener that ignores everything. */
  StreamListener NONE =
      new StreamListener() {
        @Override
        public void clientGone() {}

        @Override
        public void bodyMalformed() {}

        @Override
        public void bodyOverdue() {}

        @Override
        public void unreadOverdue() {}

        @Override
        public void writabilityRestored() {}

        @Override
        public void bodyFlushed() {}
      };

  /** The client has closed the connection, so nothing can be written any more. */
  void clientGone();

  /** The request's body is malformed. No more of it will come. */
  void bodyMalformed();

  /** The client has not sent any of its body for longer than the read timeout. */
  void bodyOverdue();

  /** The client has not read any of the response for longer than the write timeout. */
  void unreadOverdue();

  /** The client takes bytes again, after {@link ServerStream#writable} was false. */
  void writabilityRestored();

  /** All parts of the body that were read at once have been passed on. */
  void bodyFlushed();
}
