package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one listener.
 *
 * @param host the listener's address; null for 127.0.0.1
 * @param port the listener's port
 */
record Listener(@Nullable Flag<String> host, Flag<Long> port) {

  /** All listeners. */
  static final List<Listener> ALL =
      List.of(
          new Listener(ServerSettings.HOST, ServerSettings.PORT),
          new Listener(ServerSettings.INSTRUMENTATION_HOST, ServerSettings.INSTRUMENTATION_PORT),
          new Listener(null, DemoSettings.MAIN_PORT),
          new Listener(null, DemoSettings.CANARY_PORT),
          new Listener(null, DemoSettings.SIDECAR_PORT));

  boolean isUsed(FlagValues values) {
    return host != null || values.required(DemoSettings.ENABLED);
  }

  Set<String> keys() {
    return host == null ? Set.of(port.name()) : Set.of(host.name(), port.name());
  }

  String hostIn(FlagValues values) {
    return host == null ? "127.0.0.1" : values.required(host);
  }
}
