package io.canarygateway.proxy;

import io.canarygateway.http.ResponseHead;
import io.canarygateway.http.ServerStream;
import io.canarygateway.http.WebSocketKey;
import org.jspecify.annotations.Nullable;

/** The rules for a change of protocol. Stateless. */
final class Upgrades {

  private Upgrades() {}

  /**
   * The protocols that may be offered to the upstream; null for none. HTTP/2 without TLS is never
   * offered, since its requests would bypass the decisions.
   */
  static @Nullable String allowed(@Nullable String offered) {
    return offered == null || has(offered, "h2c") ? null : offered;
  }

  /** Whether the upstream changed to a protocol that was offered. */
  static boolean isOffered(@Nullable String offered, String switched) {
    return offered != null && has(offered, switched.trim());
  }

  /** Whether the upstream's 101 is for what the client, or the gateway for it, has asked. */
  static boolean isAccepted(ServerStream stream, ResponseHead head, String protocol) {
    return isOffered(stream.upgrade(), protocol) && WebSocketKey.isAccepted(stream.head(), head);
  }

  private static boolean has(String protocols, String protocol) {
    for (String each : protocols.split(",")) {
      if (each.trim().equalsIgnoreCase(protocol)) {
        return true;
      }
    }
    return false;
  }
}
