package io.canarygateway.http;

/** Answers what clients ask. Called on the connection's event loop. */
public interface ServerHandler {

  /** A request's head is there. Its stream must be answered, now or later. */
  void request(ServerStream stream);

  /**
   * Something came that is no request. The stream has no head and must be answered with an error at
   * once; its connection is closed behind it.
   */
  void malformed(ServerStream stream, Fault fault);
}
