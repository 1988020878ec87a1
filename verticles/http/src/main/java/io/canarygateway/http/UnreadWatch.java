package io.canarygateway.http;

/**
 * The check whether a client reads a response that is too large for the system's buffers. Confined
 * to the connection's event loop.
 */
final class UnreadWatch {

  private final ClientSide client;
  private long unreadBytes;
  private long progress;

  UnreadWatch(ClientSide client) {
    this.client = client;
  }

  /** Starts the deadline, because the client has stopped reading. */
  void begin() {
    unreadBytes = unread();
    progress = client.progress().getAsLong();
    client.deadlines().awaitReading(client.deadline());
  }

  /**
   * Called when the deadline is over. A slow reader is not stuck: if it has read anything, the
   * deadline starts anew.
   *
   * @return whether the client has read nothing
   */
  boolean isStuck() {
    if (unread() < unreadBytes || client.progress().getAsLong() > progress) {
      begin();
      return false;
    }
    return true;
  }

  private long unread() {
    return client.context().channel().bytesBeforeWritable();
  }
}
