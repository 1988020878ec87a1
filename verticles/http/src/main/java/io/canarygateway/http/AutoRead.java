package io.canarygateway.http;

import io.netty.channel.Channel;

/**
 * The switch that lets Netty read from a socket whenever bytes arrive. Used on the channel's event
 * loop.
 */
final class AutoRead {

  private AutoRead() {}

  /** Switches reading on or off. Does nothing if the channel is in that state already. */
  static void set(Channel channel, boolean reads) {
    if (reads != channel.config().isAutoRead()) {
      channel.config().setAutoRead(reads);
    }
  }
}
