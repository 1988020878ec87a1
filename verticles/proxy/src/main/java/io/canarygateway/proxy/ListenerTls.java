package io.canarygateway.proxy;

import io.canarygateway.http.ServerTlsContext;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.HealthReporter;
import io.canarygateway.tls.ExpiryGauge;
import io.canarygateway.tls.ServerTls;
import io.canarygateway.tls.TlsWatch;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of the listener, which all event loops share, and the watch on its files. Thread-safe.
 */
final class ListenerTls {

  /** The section of the settings, which is the name of the component in health, too. */
  private static final String SECTION = "router-server.tls";

  private final ServerTlsContext context;
  private final TlsWatch watch;
  private volatile TlsWatch.Health health = (nobody, listensYet) -> {};
  private @Nullable CompletableFuture<Void> started;

  /**
   * TLS without certificates yet.
   *
   * @param http2 whether HTTP/2 is offered
   * @param registry the registry of the metric of expiry
   */
  ListenerTls(ServerTls settings, boolean http2, MeterRegistry registry) {
    this.context = new ServerTlsContext(settings, http2);
    ExpiryGauge expiry = new ExpiryGauge(registry, "router-server", InstantSource.system());
    this.watch =
        new TlsWatch(
            SECTION,
            settings.files(),
            InstantSource.system(),
            credentials -> {
              context.use(credentials);
              expiry.show(credentials);
            },
            (sound, detail) -> health.report(sound, detail));
  }

  ServerTlsContext context() {
    return context;
  }

  /**
   * Begins to read the files. Only the first call has an effect.
   *
   * @param own the context of the calling verticle
   * @param reporter reports what is wrong with the files, on that context
   * @return completes once there are certificates
   */
  synchronized CompletionStage<Void> start(Context own, HealthReporter reporter) {
    if (started == null) {
      health =
          (sound, detail) ->
              own.runOnContext(
                  v -> reporter.report(SECTION, sound ? Status.UP : Status.DEGRADED, detail));
      started = watch.start();
    }
    return started;
  }

  void close() {
    watch.close();
  }
}
