package io.canarygateway.cluster;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * Mutual TLS 1.3 between nodes, for the membership and the event bus. Both sides always show a
 * certificate. Host names are not verified: a node is known by its authority or its secret.
 *
 * <p>Sessions are never resumed, so every handshake checks the certificates of that moment. Any
 * thread may call it; new credentials count for the handshakes that follow.
 */
final class NodeTls {

  private static final String TLS_1_3 = "TLSv1.3";

  /** TLS 1.3 forbids tickets that live longer than 7 days; so the JDK sends none. */
  private static final int NO_TICKETS_SECONDS = 8 * 24 * 3600;

  private volatile Supplier<SSLContext> context;

  NodeTls(Credentials credentials) {
    this(() -> credentials);
  }

  /**
   * TLS whose credentials may still be on their way.
   *
   * @param first waits for the credentials; {@link #prepare} calls it, before any event loop does
   */
  NodeTls(Supplier<Credentials> first) {
    context = () -> context(first.get());
  }

  /** Waits for the first credentials; blocks. */
  void prepare() {
    SSLContext made = context.get();
    context = () -> made;
  }

  /** Replaces the credentials. */
  void use(Credentials credentials) {
    SSLContext made = context(credentials);
    context = () -> made;
  }

  private static SSLContext context(Credentials credentials) {
    try {
      SSLContext made = SSLContext.getInstance(TLS_1_3);
      made.init(
          new KeyManager[] {credentials.key()}, new TrustManager[] {credentials.trust()}, null);
      made.getServerSessionContext().setSessionTimeout(NO_TICKETS_SECONDS);
      return made;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has " + TLS_1_3, e);
    }
  }

  /** An engine for one connection of the event bus. */
  SSLEngine engine(boolean client) {
    SSLEngine engine = context.get().createSSLEngine();
    engine.setUseClientMode(client);
    engine.setSSLParameters(strict(engine.getSSLParameters(), client));
    return engine;
  }

  /** A socket over a connected one; the caller makes the handshake. */
  SSLSocket over(Socket connected, boolean client) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context
                .get()
                .getSocketFactory()
                .createSocket(
                    connected,
                    connected.getInetAddress().getHostAddress(),
                    connected.getPort(),
                    false);
    socket.setUseClientMode(client);
    socket.setSSLParameters(strict(socket.getSSLParameters(), client));
    return socket;
  }

  private static SSLParameters strict(SSLParameters parameters, boolean client) {
    parameters.setProtocols(new String[] {TLS_1_3});
    if (!client) {
      parameters.setNeedClientAuth(true);
    }
    return parameters;
  }
}
