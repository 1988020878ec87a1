package io.canarygateway.config;

/**
 * What is logged; all of it dynamic.
 *
 * @param level how much
 * @param debugRequestBody whether dumps of requests hold their bodies
 * @param debugResponseBody whether dumps of responses hold their bodies
 */
public record LogConfig(LogLevel level, boolean debugRequestBody, boolean debugResponseBody) {

  static LogConfig of(FlagValues values) {
    return new LogConfig(
        values.get(Settings.LOG_LEVEL),
        values.get(Settings.LOG_REQUEST_BODY),
        values.get(Settings.LOG_RESPONSE_BODY));
  }
}
