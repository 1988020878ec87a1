package io.canarygateway.config;

/**
 * The level and content of the log; dynamic.
 *
 * @param level the level
 * @param debugRequestBody whether dumps of requests contain their bodies
 * @param debugResponseBody whether dumps of responses contain their bodies
 */
public record LogConfig(LogLevel level, boolean debugRequestBody, boolean debugResponseBody) {

  static LogConfig of(FlagValues values) {
    return new LogConfig(
        values.required(Settings.LOG_LEVEL),
        values.required(Settings.LOG_REQUEST_BODY),
        values.required(Settings.LOG_RESPONSE_BODY));
  }
}
