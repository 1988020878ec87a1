package io.canarygateway.http;

/**
 * Whether a connection's first request has begun, which its event loop waits for while it drains.
 * Confined to the connection's event loop.
 */
final class FirstRequest {

  private final ConnectionServices services;
  private boolean begun;

  FirstRequest(ConnectionServices services) {
    this.services = services;
  }

  boolean hasBegun() {
    return begun;
  }

  /** A request has begun, or none will. */
  void begin() {
    if (!begun) {
      begun = true;
      services.begun();
    }
  }
}
