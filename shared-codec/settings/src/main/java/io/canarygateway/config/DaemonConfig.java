package io.canarygateway.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The settings of the assignment daemon; static.
 *
 * @param socket the path of the Unix socket; empty if there is no daemon
 * @param application the application whose rollout counts
 * @param stateDir the directory of the maintenance file
 * @param keepAlive whether a connection may send several lines
 */
public record DaemonConfig(
    Optional<Path> socket, String application, Path stateDir, boolean keepAlive) {

  /**
   * Reads the settings of the daemon.
   *
   * @param values values that {@link GatewayConfig#of} accepts
   * @return the settings
   */
  public static DaemonConfig of(FlagValues values) {
    return new DaemonConfig(
        Optional.ofNullable(values.get(DaemonSettings.SOCKET)).map(Path::of),
        values.required(DaemonSettings.APPLICATION),
        Path.of(values.required(DaemonSettings.STATE_DIR)),
        values.required(DaemonSettings.KEEP_ALIVE));
  }

  /** {@return whether there is a daemon} */
  public boolean enabled() {
    return socket.isPresent();
  }
}
