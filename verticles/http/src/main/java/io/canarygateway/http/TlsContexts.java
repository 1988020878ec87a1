package io.canarygateway.http;

import io.canarygateway.tls.ClientTls;
import io.canarygateway.tls.Credentials;
import io.canarygateway.tls.KeyChooser;
import io.canarygateway.tls.LiveFiles;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The TLS contexts for connections to upstreams. Making one reads files, which blocks, so it is
 * done on another thread. Connections of one event loop or several share a context. Its files are
 * read again for a new connection, once a second at most. Thread-safe.
 */
final class TlsContexts {

  /** More settings than that are not in use at a time; the oldest contexts are made again. */
  private static final int MOST = 1_000;

  private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(900);

  private static final Map<Key, TlsContexts> ALL = new ConcurrentHashMap<>();

  /**
   * The settings that make a context; the name of the server does not.
   *
   * @param insecure whether certificates and host names are not checked
   * @param http2 which protocols are offered
   */
  private record Key(boolean insecure, ClientTls settings, Http2Mode http2) {}

  private final boolean insecure;
  private final Http2Mode http2;
  private final boolean hasFiles;
  private final LiveFiles files;
  private volatile @Nullable CompletableFuture<SslContext> latest;
  private volatile long readNanos;
  private @Nullable Credentials used;
  private @Nullable SslContext context;

  private TlsContexts(Key key) {
    this.insecure = key.insecure;
    this.http2 = key.http2;
    this.hasFiles = key.settings.caFile().isPresent() || key.settings.key().isPresent();
    this.files = new LiveFiles(key.settings.files(), InstantSource.system());
  }

  /**
   * The context for connections to upstreams.
   *
   * @param insecure whether certificates and host names are not checked
   * @param settings the files
   * @param http2 which protocols are offered
   * @return fails if the files cannot be used
   */
  static CompletableFuture<SslContext> client(
      boolean insecure, ClientTls settings, Http2Mode http2) {
    if (ALL.size() > MOST) {
      ALL.clear();
    }
    Key key = new Key(insecure, new ClientTls(settings.caFile(), settings.key(), ""), http2);
    return ALL.computeIfAbsent(key, TlsContexts::new).current();
  }

  /** Two threads may read at the same time, one after the other; that does no harm. */
  private CompletableFuture<SslContext> current() {
    CompletableFuture<SslContext> known = latest;
    long now = System.nanoTime();
    boolean stale = hasFiles && now - readNanos >= FRESH_NANOS;
    if (known == null || stale && known.isDone()) {
      readNanos = now;
      known = CompletableFuture.supplyAsync(this::read);
      latest = known;
    }
    return known;
  }

  private synchronized SslContext read() {
    Credentials found =
        files
            .read()
            .orElseThrow(
                () ->
                    new CompletionException(
                        new SSLException("the files of the section tls cannot be used")));
    SslContext made = context;
    if (made == null || found != used) {
      made = build(found);
      context = made;
      used = found;
    }
    return made;
  }

  private SslContext build(Credentials credentials) {
    try {
      SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
      if (insecure) {
        builder
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .endpointIdentificationAlgorithm(null);
      } else {
        credentials.trust().ifPresent(builder::trustManager);
      }
      if (!credentials.keys().isEmpty()) {
        builder.keyManager(new KeyChooser(credentials.keys()));
      }
      switch (http2) {
        case OFF -> {}
        case AUTO ->
            builder.applicationProtocolConfig(
                offer(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1));
        case ON -> builder.applicationProtocolConfig(offer(ApplicationProtocolNames.HTTP_2));
      }
      return builder.build();
    } catch (SSLException | GeneralSecurityException e) {
      throw new CompletionException(e);
    }
  }

  private static ApplicationProtocolConfig offer(String... protocols) {
    return new ApplicationProtocolConfig(
        Protocol.ALPN,
        SelectorFailureBehavior.NO_ADVERTISE,
        SelectedListenerFailureBehavior.ACCEPT,
        protocols);
  }
}
