package io.canarygateway.http;

/** What a request's stream needs of the connection that it came by. On one event loop. */
interface ClientLink {

  /** Whether each response shall say that it is the last one. */
  boolean draining();

  /** Reads on, if somebody wants what there is. */
  void process();

  /** The response has ended, and the next request may come. */
  void next();

  /**
   * The last response was written.
   *
   * @param more whether the client may still be sending
   */
  void end(boolean more);

  /** Leaves HTTP: what the client sends from now on is the tunnel's. */
  void becomes(Tunnel tunnel);

  /** Closes the connection at once. */
  void close();
}
