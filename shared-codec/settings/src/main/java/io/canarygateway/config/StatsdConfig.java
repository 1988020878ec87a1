package io.canarygateway.config;

/**
 * Where maxwells-daemon's metrics go in the DogStatsD dialect; static.
 *
 * @param host the host, or null for nowhere
 * @param port its UDP port
 */
public record StatsdConfig(String host, int port) {

  static StatsdConfig of(FlagValues values) {
    return new StatsdConfig(
        values.get(Settings.STATSD_HOST), values.get(Settings.STATSD_PORT).intValue());
  }

  /** Whether they go anywhere. */
  public boolean enabled() {
    return host != null;
  }
}
