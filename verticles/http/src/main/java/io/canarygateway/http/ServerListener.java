package io.canarygateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The socket that clients connect to. It hands each connection to the next event loop in turn.
 * Thread-safe.
 */
public final class ServerListener {

  private static final int BACKLOG = 4_096;

  /** Long enough for the event loop to accept what the system has connected. */
  private static final long SOON_MS = 1;

  private final Sockets sockets;
  private final InetSocketAddress address;
  private final int expected;
  private final List<ServerLoop> loops = new CopyOnWriteArrayList<>();
  private final CompletableFuture<InetSocketAddress> listening = new CompletableFuture<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile @Nullable Channel socket;

  /**
   * A socket that does not listen yet.
   *
   * @param address the address to listen on; port 0 takes a free port
   * @param expected the number of event loops that will join
   */
  public ServerListener(Sockets sockets, InetSocketAddress address, int expected) {
    this.sockets = sockets;
    this.address = address;
    this.expected = expected;
  }

  /**
   * Adds an event loop. When the last expected one joins, the socket begins to listen.
   *
   * @return completes with the address once the socket listens, or fails if it cannot
   */
  public synchronized CompletionStage<InetSocketAddress> join(ServerLoop loop) {
    loops.add(loop);
    if (loops.size() == expected) {
      listen();
    }
    return listening;
  }

  /**
   * Ends listening. Connections that were accepted, or that the system has already connected, stay.
   *
   * @return completes once new connections are refused
   */
  public CompletionStage<Void> close() {
    Channel open = socket;
    if (open == null) {
      closed.complete(null);
    } else {
      // On close the system resets connections that were not accepted, so they are accepted first.
      open.eventLoop().schedule(() -> open.close(), SOON_MS, TimeUnit.MILLISECONDS);
    }
    return closed;
  }

  private void listen() {
    if (address.isUnresolved()) {
      listening.completeExceptionally(new UnknownHostException("the host is unknown"));
      return;
    }
    ServerChannel channel = sockets.serverChannels().newChannel();
    channel.config().setOption(ChannelOption.SO_BACKLOG, BACKLOG);
    channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
    channel.pipeline().addLast(new AcceptBackoff(), new Acceptor());
    channel.closeFuture().addListener(done -> closed.complete(null));
    sockets
        .acceptorLoop()
        .register(channel)
        .addListener(
            registered -> {
              if (registered.isSuccess()) {
                channel.bind(address).addListener(bound -> bound(channel, bound.cause()));
              } else {
                bound(channel, registered.cause());
              }
            });
  }

  private void bound(Channel channel, Throwable failure) {
    if (failure == null) {
      socket = channel;
      listening.complete((InetSocketAddress) channel.localAddress());
    } else {
      channel.close();
      listening.completeExceptionally(failure);
    }
  }

  /** The handler that passes each accepted connection to the next event loop. */
  private final class Acceptor extends ChannelInboundHandlerAdapter {

    private int next;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
      Channel connection = (Channel) accepted;
      connection.config().setOption(ChannelOption.TCP_NODELAY, true);
      connection.config().setOption(ChannelOption.SO_KEEPALIVE, true);
      SocketBuffers.limit(connection);
      next = (next + 1) % loops.size();
      loops.get(next).adopt(connection);
    }
  }
}
