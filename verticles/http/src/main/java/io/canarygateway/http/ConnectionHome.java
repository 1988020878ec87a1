package io.canarygateway.http;

/**
 * Where connections belong.
 *
 * @param <C> the connections
 */
interface ConnectionHome<C> {

  /** A connection may carry another call. */
  void released(C connection);

  /** A connection was closed. */
  void closed(C connection);
}
