package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import java.util.List;
import java.util.Set;

/**
 * The settings of one listener.
 *
 * @param host its address; null for the demo's, which are on 127.0.0.1
 * @param port its port
 */
record Listener(Flag<String> host, Flag<Long> port) {

  /** Everything that listens. */
  static final List<Listener> ALL =
      List.of(
          new Listener(ServerSettings.HOST, ServerSettings.PORT),
          new Listener(Settings.INSTRUMENTATION_HOST, Settings.INSTRUMENTATION_PORT),
          new Listener(null, Settings.DEMO_MAIN_PORT),
          new Listener(null, Settings.DEMO_CANARY_PORT),
          new Listener(null, Settings.DEMO_SIDECAR_PORT));

  boolean isUsed(FlagValues values) {
    return host != null || values.get(Settings.DEMO_ENABLED);
  }

  Set<String> keys() {
    return host == null ? Set.of(port.name()) : Set.of(host.name(), port.name());
  }

  String hostIn(FlagValues values) {
    return host == null ? "127.0.0.1" : values.get(host);
  }
}
