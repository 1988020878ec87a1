package io.canarygateway.http;

import java.util.Optional;

/**
 * The protocols that clients may speak. Immutable.
 *
 * @param h2c whether HTTP/2 may begin without TLS, by its preface
 * @param proxyProtocol whether each connection has to begin with a PROXY header
 * @param tls the TLS that all clients have to speak; empty for none
 */
public record ServerProtocols(boolean h2c, boolean proxyProtocol, Optional<ServerTlsContext> tls) {

  /** HTTP/1.x alone. */
  public static final ServerProtocols HTTP1 = new ServerProtocols(false);

  /** Protocols without TLS. */
  public ServerProtocols(boolean h2c) {
    this(h2c, false, Optional.empty());
  }
}
