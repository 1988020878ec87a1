package io.canarygateway.http;

import io.netty.channel.Channel;

/** Whether the system's bytes are read as they come. */
final class AutoRead {

  private AutoRead() {}

  /** Switches reading on or off; that it is so already costs nothing. */
  static void set(Channel channel, boolean reads) {
    if (reads != channel.config().isAutoRead()) {
      channel.config().setAutoRead(reads);
    }
  }
}
