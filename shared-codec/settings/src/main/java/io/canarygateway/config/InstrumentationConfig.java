package io.canarygateway.config;

/**
 * The listener of metrics and health; static.
 *
 * @param host the address to bind
 * @param port the port to bind; 0 takes a free one
 */
public record InstrumentationConfig(String host, int port) {

  static InstrumentationConfig of(FlagValues values) {
    return new InstrumentationConfig(
        Settings.orEveryAddress(values.required(ServerSettings.INSTRUMENTATION_HOST)),
        values.required(ServerSettings.INSTRUMENTATION_PORT).intValue());
  }
}
