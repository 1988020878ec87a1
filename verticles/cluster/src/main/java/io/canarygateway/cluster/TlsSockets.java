package io.canarygateway.cluster;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import org.jgroups.util.DefaultSocketFactory;

/**
 * Makes the sockets of the membership: mutual TLS in both directions. JGroups connects and binds
 * them itself, so that it uses only the two methods that are replaced here.
 */
final class TlsSockets extends DefaultSocketFactory {

  private final Handshakes handshakes;

  TlsSockets(Handshakes handshakes) {
    this.handshakes = handshakes;
  }

  @Override
  public Socket createSocket(String service) {
    return new TlsSocket(handshakes);
  }

  @Override
  public ServerSocket createServerSocket(String service) throws IOException {
    return new TlsServerSocket(handshakes);
  }
}
