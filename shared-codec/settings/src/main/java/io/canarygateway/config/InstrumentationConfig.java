package io.canarygateway.config;

/**
 * Where metrics and health are served.
 *
 * @param host the address to bind
 * @param port the port to bind; 0 takes a free one
 */
public record InstrumentationConfig(String host, int port) {

  static InstrumentationConfig of(FlagValues values) {
    return new InstrumentationConfig(
        Settings.orEveryAddress(values.get(Settings.INSTRUMENTATION_HOST)),
        values.get(Settings.INSTRUMENTATION_PORT).intValue());
  }
}
