package io.canarygateway.http;

import io.canarygateway.tls.Credentials;
import io.canarygateway.tls.KeyChooser;
import io.canarygateway.tls.ServerTls;
import io.netty.channel.Channel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of a listener. New certificates count for the connections that follow; sessions of before
 * are not resumed with them. Thread-safe.
 */
public final class ServerTlsContext {

  /** As long as Netty's default would let a client that does not read hold a closed connection. */
  private static final long CLOSE_NOTIFY_MS = 1_000;

  private final ServerTls settings;
  private final List<String> protocols;
  private volatile @Nullable SslContext context;

  /**
   * A context without certificates yet.
   *
   * @param http2 whether HTTP/2 is offered
   */
  public ServerTlsContext(ServerTls settings, boolean http2) {
    this.settings = settings;
    this.protocols =
        http2
            ? List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)
            : List.of(ApplicationProtocolNames.HTTP_1_1);
  }

  /**
   * Uses certificates for the connections that follow. Not to be called on an event loop.
   *
   * @throws IllegalStateException if this JVM cannot use them
   */
  public void use(Credentials credentials) {
    try {
      SslContextBuilder builder =
          TlsEngine.of(credentials)
              .server(new KeyChooser(credentials.keys()))
              .ciphers(ServerTls.CIPHER_SUITES, SupportedCipherSuiteFilter.INSTANCE)
              .protocols(settings.minVersion().protocols())
              .clientAuth(
                  switch (settings.clientAuth()) {
                    case NONE -> ClientAuth.NONE;
                    case REQUEST -> ClientAuth.OPTIONAL;
                    case REQUIRE -> ClientAuth.REQUIRE;
                  })
              .applicationProtocolConfig(
                  new ApplicationProtocolConfig(
                      Protocol.ALPN,
                      SelectorFailureBehavior.NO_ADVERTISE, // ClientHello refuses such clients.
                      SelectedListenerFailureBehavior.ACCEPT,
                      protocols));
      X509ExtendedTrustManager trust = credentials.trust().orElse(null);
      if (trust != null) {
        builder.trustManager(trust);
      }
      context = builder.build();
    } catch (SSLException | GeneralSecurityException e) {
      throw new IllegalStateException("TLS cannot use these certificates", e);
    }
  }

  /** The names of the protocols that clients may choose by ALPN, the favourite first. */
  List<String> protocols() {
    return protocols;
  }

  /**
   * The handler of a new connection.
   *
   * @throws RejectedExecutionException if there are no certificates yet
   */
  SslHandler handler(Channel channel) {
    SslContext current = context;
    if (current == null) {
      throw new RejectedExecutionException("no certificates yet");
    }
    SslHandler handler = current.newHandler(channel.alloc(), Tasks.EXECUTOR);
    handler.setHandshakeTimeoutMillis(0); // The connection's own deadline holds.
    handler.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MS);
    return handler;
  }

  /**
   * The threads for signatures and for checks of clients' certificates, which take up to some
   * milliseconds. A connection has one such task at a time, so there are no more than connections.
   */
  private static final class Tasks {
    private static final Executor EXECUTOR =
        Executors.newFixedThreadPool(
            Math.max(1, Runtime.getRuntime().availableProcessors()),
            new DefaultThreadFactory("tls-handshakes", true));
  }
}
