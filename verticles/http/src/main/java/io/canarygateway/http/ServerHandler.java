package io.canarygateway.http;

/** The receiver of clients' requests. Called on the connection's event loop. */
public interface ServerHandler {

  /** Takes a request whose head has arrived. The handler answers the stream, now or later. */
  void request(ServerStream stream);

  /**
   * Takes bytes that are no request. The handler answers the stream with an error at once; its
   * connection is closed after that.
   *
   * @param stream a stream whose head is {@link RequestHead#NONE}
   */
  void malformed(ServerStream stream, Fault fault);
}
