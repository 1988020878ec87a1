package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagTypes;
import java.time.Duration;

/**
 * The settings of one HTTP client. The clients of upstreams and of the sidecar have the same ones.
 * All are dynamic.
 */
record ClientFlags(
    Flag<Duration> timeout,
    Flag<Long> maxIdleConns,
    Flag<Long> maxConns,
    Flag<Duration> idleConnTimeout,
    Flag<Boolean> disableCompression,
    Flag<Boolean> insecureSkipVerify) {

  static ClientFlags of(
      Catalogue all, String section, Duration defaultTimeout, String timeoutUsage) {
    return new ClientFlags(
        all.timeout(section + ".timeout", true, defaultTimeout, timeoutUsage),
        all.flag(
            section + ".max-idle-conns",
            FlagTypes.int64(0, 1_000_000),
            1000L,
            true,
            "Most idle connections that are kept open, over all event loops. 0: as many as"
                + " max-conns."),
        all.flag(
            section + ".max-conns",
            FlagTypes.int64(1, 60_000),
            10_000L,
            true,
            "Most connections, over all event loops. When all are busy, as many requests may wait;"
                + " further ones get 503."),
        all.timeout(
            section + ".idle-conn-timeout",
            true,
            Duration.ofSeconds(30),
            "Time after which an idle connection is closed."),
        all.bool(
            section + ".disable-compression",
            true,
            "false: the gateway asks for gzip, and unpacks it, for clients that did not ask for it."),
        all.bool(
            section + ".tls.insecure-skip-verify",
            true,
            "true: any certificate of the server is accepted."));
  }
}
