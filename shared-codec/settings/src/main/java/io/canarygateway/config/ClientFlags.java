package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagTypes;
import java.time.Duration;

/** The settings of one HTTP client; both clients have the same. All are dynamic. */
record ClientFlags(
    Flag<Duration> timeout,
    Flag<Long> maxIdleConns,
    Flag<Long> maxConns,
    Flag<Duration> idleConnTimeout,
    Flag<Boolean> disableCompression,
    Flag<Boolean> insecureSkipVerify) {

  static ClientFlags of(Catalogue all, String section, Duration defaultTimeout) {
    return new ClientFlags(
        all.timeout(
            section + ".timeout",
            true,
            defaultTimeout,
            "How long to wait for a connection, and for the response's head."),
        all.flag(
            section + ".max-idle-conns",
            FlagTypes.int64(0, 1_000_000),
            1000L,
            true,
            "Idle connections kept; 0 is no limit of its own."),
        all.flag(
            section + ".max-conns",
            FlagTypes.int64(1, 60_000),
            10_000L,
            true,
            "Connections at most; beyond them as many requests again wait for a place."),
        all.timeout(
            section + ".idle-conn-timeout",
            true,
            Duration.ofSeconds(30),
            "How long an idle connection is kept."),
        all.bool(
            section + ".disable-compression",
            true,
            "Whether gzip is not asked for on behalf of clients that did not ask for it."),
        all.bool(
            section + ".tls.insecure-skip-verify", true, "Whether any certificate is accepted."));
  }
}
