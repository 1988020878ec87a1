package io.canarygateway.config;

import java.nio.file.Path;

/**
 * The assignment daemon; static.
 *
 * @param socket the Unix socket, or null if there is no daemon
 * @param application whose rollout it is
 * @param stateDir where the maintenance file is kept
 * @param keepAlive whether a connection may send many lines
 */
public record DaemonConfig(Path socket, String application, Path stateDir, boolean keepAlive) {

  /** What the values say of the daemon. */
  public static DaemonConfig of(FlagValues values) {
    String socket = values.get(Settings.DAEMON_SOCKET);
    return new DaemonConfig(
        socket == null ? null : Path.of(socket),
        values.get(Settings.DAEMON_APPLICATION),
        Path.of(values.get(Settings.DAEMON_STATE_DIR)),
        values.get(Settings.DAEMON_KEEP_ALIVE));
  }

  /** Whether there is a daemon. */
  public boolean enabled() {
    return socket != null;
  }
}
