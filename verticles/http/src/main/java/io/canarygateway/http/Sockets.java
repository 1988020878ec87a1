package io.canarygateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;

/** How sockets are made, and which event loops serve them. Any thread may use it. */
public interface Sockets {

  /** The event loop of the calling thread, which is one of Vert.x's. */
  EventLoop currentLoop();

  /** The event loop that accepts connections. */
  EventLoop acceptorLoop();

  /** Makes sockets that listen. */
  ChannelFactory<? extends ServerChannel> serverChannels();

  /** Makes sockets that connect. */
  ChannelFactory<? extends Channel> clientChannels();

  /** Makes sockets for questions to name servers. */
  ChannelFactory<? extends DatagramChannel> datagramChannels();
}
