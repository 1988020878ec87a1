package io.canarygateway.http;

/** A client's connection as its event loop sees it. Confined to that event loop. */
interface ServedConnection {

  /**
   * Tells the client, if the protocol has a way to, that this connection takes no more requests.
   */
  default void drain() {}

  /** Closes the connection now if it has no request, else after its requests. */
  void closeIfIdle();

  /** Closes the connection at once. */
  void close();
}
