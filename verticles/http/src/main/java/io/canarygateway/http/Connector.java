package io.canarygateway.http;

import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A maker of upstream connections to one address: TCP, then TLS if the settings ask for it.
 * Confined to the pool's event loop.
 */
final class Connector {

  private final UpstreamLoop loop;
  private final TargetSettings settings;
  private final Endpoint endpoint;
  private final ConnectOutcome outcome;
  private Duration timeout;

  Connector(UpstreamLoop loop, TargetSettings settings, Endpoint endpoint, ConnectOutcome outcome) {
    this.loop = loop;
    this.settings = settings;
    this.timeout = settings.timeout();
    this.endpoint = endpoint;
    this.outcome = outcome;
  }

  /** Sets how long each later attempt may take, for TCP and for TLS. */
  void limit(Duration newTimeout) {
    timeout = newTimeout;
  }

  /** Begins to connect. The outcome is reported later, on the event loop. */
  void connect() {
    if (settings.tls()) {
      TlsContexts.client(settings.insecureSkipVerify(), settings.clientTls(), settings.http2())
          .whenCompleteAsync(
              (tls, failure) -> {
                if (failure == null) {
                  connect(tls);
                } else {
                  outcome.connectFailed(failure);
                }
              },
              loop.loop());
    } else {
      connect(null);
    }
  }

  private void connect(@Nullable SslContext tls) {
    new ConnectAttempt(loop, endpoint, settings, tls, timeoutMs(), outcome).begin();
  }

  private int timeoutMs() {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, timeout.toMillis()));
  }
}
