package io.canarygateway.http;

/**
 * A receiver of the outcome of each attempt to connect, and of the connections' later events.
 * Called on the pool's event loop.
 */
interface ConnectOutcome extends ConnectionListener<UpstreamConnection> {

  void connected(UpstreamConnection connection);

  void connected(Http2UpstreamConnection connection);

  void connectFailed(Throwable cause);

  /** The receiver of later events of connections of HTTP/2. */
  ConnectionListener<Http2UpstreamConnection> http2();
}
