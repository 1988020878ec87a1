package io.canarygateway.interceptor;

import io.canarygateway.message.InterceptedCall;
import io.canarygateway.message.InterceptedCall.Tls;
import io.canarygateway.message.InterceptedCall.TlsFiles;
import io.canarygateway.tls.ClientTls;
import io.canarygateway.tls.Credentials;
import io.canarygateway.tls.KeyFiles;
import io.canarygateway.tls.LiveFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The TLS options of connections to targets. Their files are read on worker threads, again for a
 * new request once a second at most. Options with other contents get connections of their own.
 * Confined to one event loop.
 */
final class TargetTls {

  /** More settings than that are not in use at a time; files of older ones are read again. */
  private static final int MOST = 1_000;

  private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(900);

  private record Key(boolean verified, TlsFiles files) {}

  /** The newest options of some settings. */
  private static final class Entry {
    private final LiveFiles files;
    private long readNanos;
    private @Nullable Future<ClientSSLOptions> latest;

    Entry(TlsFiles files) {
      this.files =
          new LiveFiles(
              new ClientTls(
                      path(files.caFile()),
                      path(files.certFile())
                          .map(cert -> new KeyFiles.PemPair(cert, Path.of(files.keyFile()))),
                      "")
                  .files(),
              InstantSource.system());
    }

    private static Optional<Path> path(String file) {
      return file.isEmpty() ? Optional.empty() : Optional.of(Path.of(file));
    }
  }

  private final Vertx vertx;
  private final Map<Key, Entry> entries = new HashMap<>();

  TargetTls(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * The options of a call whose target speaks TLS.
   *
   * @return fails if the files cannot be used
   */
  Future<ClientSSLOptions> of(InterceptedCall call) {
    if (entries.size() > MOST) {
      entries.clear();
    }
    Key key = new Key(call.tls() == Tls.VERIFIED, call.tlsFiles());
    Entry entry = entries.computeIfAbsent(key, absent -> new Entry(absent.files()));
    Future<ClientSSLOptions> known = entry.latest;
    long now = System.nanoTime();
    boolean hasFiles = !key.files().caFile().isEmpty() || !key.files().certFile().isEmpty();
    boolean stale = hasFiles && now - entry.readNanos >= FRESH_NANOS;
    if (known == null || stale && known.isComplete()) {
      entry.readNanos = now;
      known =
          hasFiles
              ? vertx.executeBlocking(() -> options(key, entry.files), false)
              : Future.succeededFuture(plain(key));
      entry.latest = known;
    }
    return known;
  }

  private static ClientSSLOptions plain(Key key) {
    return new ClientSSLOptions()
        .setTrustAll(!key.verified())
        .setHostnameVerificationAlgorithm(key.verified() ? "HTTPS" : "");
  }

  private static ClientSSLOptions options(Key key, LiveFiles files)
      throws CertificateEncodingException {
    Credentials found =
        files
            .read()
            .orElseThrow(
                () -> new IllegalStateException("the files of the section tls cannot be used"));
    ClientSSLOptions options = plain(key);
    if (key.verified() && !found.authorities().isEmpty()) {
      PemTrustOptions trust = new PemTrustOptions();
      for (X509Certificate each : found.authorities()) {
        trust.addCertValue(pem("CERTIFICATE", each.getEncoded()));
      }
      options.setTrustOptions(trust);
    }
    if (!found.keys().isEmpty()) {
      Buffer chain = Buffer.buffer();
      for (X509Certificate each : found.keys().get(0).chain()) {
        chain.appendBuffer(pem("CERTIFICATE", each.getEncoded()));
      }
      options.setKeyCertOptions(
          new PemKeyCertOptions()
              .addCertValue(chain)
              .addKeyValue(pem("PRIVATE KEY", found.keys().get(0).key().getEncoded())));
    }
    return options;
  }

  private static Buffer pem(String kind, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Buffer.buffer(
        "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n",
        StandardCharsets.US_ASCII.name());
  }
}
