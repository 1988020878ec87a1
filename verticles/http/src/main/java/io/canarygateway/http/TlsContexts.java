package io.canarygateway.http;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;

/**
 * The TLS contexts for connections to upstreams. Making one reads the JVM's certificates, which
 * blocks, so it is done once, on another thread. Thread-safe.
 */
final class TlsContexts {

  private TlsContexts() {}

  /**
   * The context for connections to upstreams.
   *
   * @param insecure whether certificates and host names are not checked
   */
  static CompletableFuture<SslContext> client(boolean insecure) {
    return insecure ? Insecure.CONTEXT : Checked.CONTEXT;
  }

  private static final class Checked {
    private static final CompletableFuture<SslContext> CONTEXT =
        CompletableFuture.supplyAsync(() -> build(SslContextBuilder.forClient()));
  }

  private static final class Insecure {
    private static final CompletableFuture<SslContext> CONTEXT =
        CompletableFuture.supplyAsync(
            () ->
                build(
                    SslContextBuilder.forClient()
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .endpointIdentificationAlgorithm(null)));
  }

  private static SslContext build(SslContextBuilder builder) {
    try {
      return builder.sslProvider(SslProvider.JDK).build();
    } catch (SSLException e) {
      throw new CompletionException(e);
    }
  }
}
