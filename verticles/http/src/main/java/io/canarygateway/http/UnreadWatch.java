package io.canarygateway.http;

/** Watches whether a client takes a response that is more than the system's buffers hold. */
final class UnreadWatch {

  private final ClientSide client;
  private long unreadBytes;

  UnreadWatch(ClientSide client) {
    this.client = client;
  }

  /** The client does not take any more. */
  void begin() {
    unreadBytes = unread();
    client.deadlines().awaitReading(client.deadline());
  }

  /**
   * The time is up. A slow reader is no dead one: if it has taken something meanwhile, it gets as
   * much time again.
   *
   * @return whether it has taken nothing
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
