package io.canarygateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;

/** The factories of sockets, and the event loops that serve them. Thread-safe. */
public interface Sockets {

  /** The event loop of the calling thread, which has to be one of Vert.x's. */
  EventLoop currentLoop();

  /** The event loop that accepts connections. */
  EventLoop acceptorLoop();

  /** The factory of listening sockets. */
  ChannelFactory<? extends ServerChannel> serverChannels();

  /** The factory of connecting sockets. */
  ChannelFactory<? extends Channel> clientChannels();

  /** The factory of sockets for DNS queries. */
  ChannelFactory<? extends DatagramChannel> datagramChannels();
}
