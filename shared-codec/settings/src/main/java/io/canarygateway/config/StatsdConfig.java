package io.canarygateway.config;

import java.util.Optional;

/**
 * The receiver of maxwells-daemon's metrics in the DogStatsD dialect; static.
 *
 * @param host the host
 * @param port the UDP port
 */
public record StatsdConfig(String host, int port) {

  static Optional<StatsdConfig> of(FlagValues values) {
    return Optional.ofNullable(values.get(DaemonSettings.STATSD_HOST))
        .map(
            host -> new StatsdConfig(host, values.required(DaemonSettings.STATSD_PORT).intValue()));
  }
}
