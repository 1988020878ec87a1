package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagTypes;

/** The settings of the access log. */
final class AccessLogSettings {

  static final Catalogue ALL = new Catalogue();

  private static final boolean DYNAMIC = true;

  static final Flag<AccessLogFormat> FORMAT =
      ALL.flag(
          "access-log",
          FlagTypes.oneOf(AccessLogFormat.class),
          AccessLogFormat.OFF,
          DYNAMIC,
          "json or common: one line for each request. Unless it is off, and with tracing, upstreams"
              + " get X-Request-Id, the client's or a new one.");
  static final Flag<String> FILE =
      ALL.path(
          "access-log-file",
          "",
          "File that the access log is appended to. Once it is renamed or removed, a new one is"
              + " made. Not set: stdout.");

  private AccessLogSettings() {}
}
