package io.canarygateway.launcher;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The listening sockets of Vert.x's servers, so that listening can end before anything happens to
 * the connections. A Vert.x server that shuts down first closes each connection that has no request
 * in progress, also one that was just accepted and whose request is on its way.
 *
 * <p>A socket is found by the address in its server's options; a server that listens elsewhere than
 * its options say is not known. Any thread may call it.
 */
final class ListeningSockets {

  /** Long enough for the event loop to look at the socket once more. */
  private static final long SOON_MS = 1;

  private final Map<SocketAddress, Channel> sockets = new ConcurrentHashMap<>();

  /**
   * Ends listening. Connections that were accepted stay.
   *
   * @param address the host and port in the server's options
   * @return done once new connections are refused; at once if nothing listens there
   */
  Future<Void> close(SocketAddress address) {
    Channel socket = sockets.get(address);
    if (socket == null) {
      return Future.succeededFuture();
    }
    Promise<Void> closed = Promise.promise();
    socket.closeFuture().addListener(done -> closed.complete());
    // The kernel resets connections that it has set up and that were not accepted yet. They are
    // accepted before the socket closes.
    socket.eventLoop().schedule(() -> socket.close(), SOON_MS, TimeUnit.MILLISECONDS);
    return closed.future();
  }

  /** A handler that makes the socket of a server with these options known while it listens. */
  ChannelHandler handler(NetServerOptions options) {
    return new Listening(addressOf(options));
  }

  /** A negative port is a free one that all servers with the same negative port share. */
  private static SocketAddress addressOf(NetServerOptions options) {
    return options.getPort() < 0
        ? SocketAddress.sharedRandomPort(-options.getPort(), options.getHost())
        : SocketAddress.inetSocketAddress(options.getPort(), options.getHost());
  }

  private final class Listening extends ChannelInboundHandlerAdapter {

    private final SocketAddress address;

    private Listening(SocketAddress address) {
      this.address = address;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      if (address.port() < 0
          || context.channel().localAddress() instanceof InetSocketAddress bound
              && bound.getPort() == address.port()) {
        sockets.put(address, context.channel());
      }
      context.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      sockets.remove(address, context.channel());
      context.fireChannelInactive();
    }
  }
}
