package io.canarygateway.metrics;

import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.HealthReporter;
import io.canarygateway.tls.Credentials;
import io.canarygateway.tls.ExpiryGauge;
import io.canarygateway.tls.KeyChooser;
import io.canarygateway.tls.ServerTls;
import io.canarygateway.tls.TlsWatch;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The TLS of the instrumentation port, and the watch on its files. Used on one context. */
final class PortTls {

  private static final Logger LOG = LoggerFactory.getLogger(PortTls.class);
  private static final String SECTION = "instrumentation.tls";

  private final ServerTls settings;
  private final Context context;
  private final ExpiryGauge expiry;
  private final TlsWatch watch;
  private @Nullable ServerSSLOptions latest;
  private @Nullable HttpServer server;

  /**
   * TLS without certificates yet.
   *
   * @param context the context of the verticle
   * @param registry the registry of the metric of expiry
   * @param health reports what is wrong with the files
   */
  PortTls(ServerTls settings, Context context, MeterRegistry registry, HealthReporter health) {
    this.settings = settings;
    this.context = context;
    this.expiry = new ExpiryGauge(registry, "instrumentation", InstantSource.system());
    this.watch =
        new TlsWatch(
            SECTION,
            settings.files(),
            InstantSource.system(),
            this::read,
            (sound, detail) ->
                context.runOnContext(
                    v -> health.report(SECTION, sound ? Status.UP : Status.DEGRADED, detail)));
  }

  /**
   * Begins to read the files.
   *
   * @return options with TLS, once there are certificates
   */
  Future<HttpServerOptions> configure(HttpServerOptions options) {
    return Future.fromCompletionStage(watch.start(), context).map(started -> with(options));
  }

  private HttpServerOptions with(HttpServerOptions options) {
    ServerSSLOptions tls = latest;
    if (tls == null) {
      throw new IllegalStateException("no certificates yet");
    }
    options
        .setSsl(true)
        .setUseAlpn(true)
        // On the event loop a handshake would hold up others. On io_uring, Netty also leaves a
        // connection open if TLS refuses it there.
        .setSslEngineOptions(new JdkSSLEngineOptions().setUseWorkerThread(true))
        .setClientAuth(tls.getClientAuth())
        .setKeyCertOptions(tls.getKeyCertOptions())
        .setEnabledSecureTransportProtocols(tls.getEnabledSecureTransportProtocols());
    tls.getEnabledCipherSuites().forEach(options::addEnabledCipherSuite);
    if (tls.getTrustOptions() != null) {
      options.setTrustOptions(tls.getTrustOptions());
    }
    return options;
  }

  /** Takes what was read; called on the watch's thread. */
  private void read(Credentials credentials) {
    ServerSSLOptions made = options(credentials);
    expiry.show(credentials);
    context.runOnContext(
        v -> {
          latest = made;
          update();
        });
  }

  /** Uses the newest certificates for the connections of a server that listens. */
  void listening(HttpServer newServer) {
    server = newServer;
    update();
  }

  private void update() {
    if (server != null && latest != null) {
      server
          .updateSSLOptions(latest.copy(), true)
          .onFailure(
              cause ->
                  LOG.atWarn()
                      .addKeyValue("section", SECTION)
                      .setCause(cause)
                      .log("the port keeps its old certificates"));
    }
  }

  private ServerSSLOptions options(Credentials credentials) {
    ServerSSLOptions options =
        new ServerSSLOptions()
            .setKeyCertOptions(KeyCertOptions.wrap(new KeyChooser(credentials.keys())))
            .setEnabledSecureTransportProtocols(Set.of(settings.minVersion().protocols()))
            .setUseAlpn(true)
            .setClientAuth(
                switch (settings.clientAuth()) {
                  case NONE -> ClientAuth.NONE;
                  case REQUEST -> ClientAuth.REQUEST;
                  case REQUIRE -> ClientAuth.REQUIRED;
                });
    try {
      credentials.trust().map(TrustOptions::wrap).ifPresent(options::setTrustOptions);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    ServerTls.CIPHER_SUITES.forEach(options::addEnabledCipherSuite);
    return options;
  }

  void close() {
    watch.close();
  }
}
