package io.canarygateway.sidecar;

import io.canarygateway.http.Sockets;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sockets of Java on the event loops of a Vert.x. Vert.x shows its event loops to a transport
 * only, so this is one: it passes all calls on and keeps the event loops that it sees. Thread-safe.
 */
final class VertxSockets implements Sockets {

  private final Set<EventLoopGroup> groups = ConcurrentHashMap.newKeySet();

  /** A Vert.x whose event loops these sockets use. The caller closes it. */
  Vertx vertx(int eventLoops) {
    return Vertx.builder()
        .with(new VertxOptions().setEventLoopPoolSize(eventLoops))
        .withTransport(new RecordingTransport())
        .build();
  }

  @Override
  public EventLoop currentLoop() {
    for (EventLoopGroup group : groups) {
      for (EventExecutor loop : group) {
        if (loop.inEventLoop()) {
          return (EventLoop) loop;
        }
      }
    }
    throw new IllegalStateException(Thread.currentThread() + " is no event loop of Vert.x");
  }

  @Override
  public EventLoop acceptorLoop() {
    return groups.iterator().next().next();
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannels() {
    return NioServerSocketChannel::new;
  }

  @Override
  public ChannelFactory<? extends Channel> clientChannels() {
    return NioSocketChannel::new;
  }

  @Override
  public ChannelFactory<? extends DatagramChannel> datagramChannels() {
    return NioDatagramChannel::new;
  }

  private final class RecordingTransport implements Transport {

    private final io.vertx.core.spi.transport.Transport nio = Transport.NIO.implementation();

    @Override
    public String name() {
      return Transport.NIO.name();
    }

    @Override
    public boolean available() {
      return true;
    }

    @Override
    public Throwable unavailabilityCause() {
      return null;
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
      Class<?> type = io.vertx.core.spi.transport.Transport.class;
      return (io.vertx.core.spi.transport.Transport)
          Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {type},
              (proxy, method, arguments) -> {
                try {
                  Object result = method.invoke(nio, arguments);
                  if (result instanceof EventLoopGroup group) {
                    groups.add(group);
                  }
                  return result;
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }
}
