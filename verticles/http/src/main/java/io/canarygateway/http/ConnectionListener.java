package io.canarygateway.http;

/**
 * A receiver of what happens to upstream connections. Called on their event loop.
 *
 * @param <C> the type of the connections
 */
interface ConnectionListener<C> {

  /** A connection is free for another call. */
  void released(C connection);

  /** A connection is closed, or about to be. May be called more than once. */
  void closed(C connection);
}
