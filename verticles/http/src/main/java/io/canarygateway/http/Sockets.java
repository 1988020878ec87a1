package io.canarygateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;

/**
 * The sockets and event loops of the transport that Vert.x runs on, for code that uses Netty's
 * channels directly. Any thread may call it, {@link #currentLoop} excepted.
 */
public interface Sockets {

  /**
   * The event loop of the calling thread.
   *
   * @throws IllegalStateException if the thread is none of Vert.x's event loops
   */
  EventLoop currentLoop();

  /** Makes TCP sockets that listen. */
  ChannelFactory<? extends ServerChannel> serverChannels();

  /** Makes TCP sockets that connect. */
  ChannelFactory<? extends Channel> clientChannels();

  /** Makes UDP sockets. */
  ChannelFactory<? extends DatagramChannel> datagramChannels();

  /** The event loop that only accepts connections; it never runs verticles. */
  EventLoop acceptorLoop();
}
