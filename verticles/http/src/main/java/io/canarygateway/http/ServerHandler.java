package io.canarygateway.http;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

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

  /** Notes that a connection of HTTP/2 was ended because of its client's behaviour. */
  default void abused(Http2Abuse kind) {}

  /** Notes that a client's TLS handshake has failed. */
  default void handshakeFailed() {}

  /**
   * Whether the other end of a new connection may name its client by the PROXY protocol.
   *
   * @param peer the address of the socket's other end; null if it has none
   */
  default boolean mayNameClients(@Nullable InetAddress peer) {
    return true;
  }

  /**
   * Notes that a connection is closed because it did not begin with a PROXY header that counts.
   *
   * @param peer the address of the socket's other end; null if it has none
   */
  default void proxyRefused(ProxyRefusal why, @Nullable InetAddress peer) {}
}
