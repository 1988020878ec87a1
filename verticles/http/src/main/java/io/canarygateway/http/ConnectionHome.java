package io.canarygateway.http;

/** Where the connections to a server belong. */
interface ConnectionHome {

  /** A connection may carry another call. */
  void released(UpstreamConnection connection);

  /** A connection was closed. */
  void closed(UpstreamConnection connection);
}
