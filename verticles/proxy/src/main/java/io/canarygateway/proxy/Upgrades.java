package io.canarygateway.proxy;

/** Which changes of the protocol pass. */
final class Upgrades {

  private Upgrades() {}

  /**
   * The protocols that a client may change to, or null. HTTP/2 in the clear is none of them: it
   * would carry requests past every decision.
   */
  static String allowed(String asked) {
    return asked == null || has(asked, "h2c") ? null : asked;
  }

  /** Whether a server changed to a protocol that it was asked for. */
  static boolean isAsAsked(String asked, String switched) {
    return asked != null && switched != null && has(asked, switched.trim());
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
