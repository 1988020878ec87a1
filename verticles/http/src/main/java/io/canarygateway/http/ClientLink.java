package io.canarygateway.http;

/**
 * The part of a client's connection, or of one of its HTTP/2 streams, that a request uses. Confined
 * to the connection's event loop.
 */
interface ClientLink {

  /** Whether each response has to say that it is the last one of its connection. */
  boolean draining();

  /** Continues with the bytes that have arrived, if the stream now wants them. */
  void process();

  /** Ends the stream: its response is complete, and the next request may come. */
  void next();

  /**
   * Ends the connection: the last response was written.
   *
   * @param more whether the client may still be sending its request
   */
  void end(boolean more);

  /**
   * Ends the response before its end, so that the client sees that it is incomplete.
   *
   * @param endsWithConnection whether a normal end of the connection would look like the end of the
   *     response
   * @param more whether the client may still be sending its request
   */
  void cutOff(boolean endsWithConnection, boolean more);

  /** Leaves HTTP: all bytes that the client sends from now on go to the tunnel. */
  void becomes(Tunnel tunnel);

  /** Closes the connection at once. */
  void close();
}
