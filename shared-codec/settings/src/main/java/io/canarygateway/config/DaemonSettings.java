package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagTypes;

/** The settings of the assignment daemon and of its metrics' receiver. All are static. */
final class DaemonSettings {

  static final Catalogue ALL = new Catalogue();

  private static final boolean STATIC = false;

  static final Flag<String> SOCKET =
      ALL.path(
          "daemon.socket",
          null,
          "Path of the daemon's Unix socket. The presence of the section daemon turns the daemon on,"
              + " with /tmp/maxwells-daemon.sock.");
  static final Flag<String> APPLICATION =
      ALL.flag(
          "daemon.application",
          FlagTypes.matching("(?!\\.{1,2}$)[^/\\x00]{1,200}", "a name without a slash"),
          "app",
          STATIC,
          "Name of the application: DynamoDB's hash key, the maintenance file's name and the salt of"
              + " rollout.key-header.");
  static final Flag<String> STATE_DIR =
      ALL.path(
          "daemon.state-dir",
          "/var/lib/maxwells-daemon",
          "Directory above maintenance/APPLICATION.");
  static final Flag<Boolean> KEEP_ALIVE =
      ALL.bool(
          "daemon.keep-alive",
          STATIC,
          "true: a connection may send several lines. false: the daemon closes it after one answer.");

  static final Flag<String> STATSD_HOST =
      ALL.flag(
          "statsd.host",
          FlagTypes.matching("[A-Za-z0-9.:_%-]{1,255}", "a host name or address"),
          null,
          STATIC,
          "Host of DogStatsD, which gets maxwells-daemon's metrics. The presence of the section"
              + " statsd turns this on, with 127.0.0.1.");
  static final Flag<Long> STATSD_PORT =
      ALL.flag("statsd.port", FlagTypes.int64(1, 65535), 8125L, STATIC, "UDP port of DogStatsD.");

  private DaemonSettings() {}
}
