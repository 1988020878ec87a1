package io.canarygateway.http;

/**
 * The check whether a client reads a response that is too large for the system's buffers. Confined
 * to the connection's event loop.
 */
final class UnreadWatch {

  private final ClientSide client;
  private long unreadBytes;

  UnreadWatch(ClientSide client) {
    this.client = client;
  }

  /** Starts the deadline, because the client has stopped reading. */
  void begin() {
    unreadBytes = unread();
    client.deadlines().awaitReading(client.deadline());
  }

  /**
   * Called when the deadline is over. A slow reader is not stuck: if it has read anything, the
   * deadline starts anew.
   *
   * @return whether the client has read nothing
   */
  boolean isStuck() {
    if (unread() < unreadBytes) {
      begin();
      return false;
    }
    return true;
  }

  private long unread() {
    return client.context().channel().bytesBeforeWritable();
  }
}
