package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.canarygateway.config.Transport;
import io.canarygateway.fixtures.Await;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.CharsetUtil;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GatewayTransportTest {

  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @ParameterizedTest
  @MethodSource("io.canarygateway.launcher.WorkingTransports#names")
  void channelsRunOnVertxsOwnLoops(Transport name) throws Exception {
    GatewayTransport transport = WorkingTransports.named(name);
    Vertx vertx = Vertx.builder().withTransport(transport).build();
    CompletableFuture<Thread> served = new CompletableFuture<>();
    CompletableFuture<Thread> acceptor = new CompletableFuture<>();
    CompletableFuture<String> answer = new CompletableFuture<>();
    Context context = vertx.getOrCreateContext();
    try {
      EventLoop loop = Await.result(onContext(context, transport::currentLoop));
      Thread thread = Await.result(onContext(context, Thread::currentThread));
      Channel server =
          new ServerBootstrap()
              .group(transport.acceptorLoop(), loop)
              .channelFactory(transport.serverChannels())
              .handler(
                  new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object connection) {
                      acceptor.complete(Thread.currentThread());
                      context.fireChannelRead(connection);
                    }
                  })
              .childHandler(
                  new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object bytes) {
                      served.complete(Thread.currentThread());
                      context.writeAndFlush(bytes);
                    }
                  })
              .bind(ANY_PORT)
              .sync()
              .channel();
      Channel client =
          new Bootstrap()
              .group(loop)
              .channelFactory(transport.clientChannels())
              .handler(new Received(answer))
              .connect(server.localAddress())
              .sync()
              .channel();
      client.writeAndFlush(Unpooled.copiedBuffer("hello", CharsetUtil.US_ASCII));
      assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("hello");
      assertThat(served.get(30, TimeUnit.SECONDS)).isSameAs(thread);
      assertThat(acceptor.get(30, TimeUnit.SECONDS).getName()).startsWith("vert.x-acceptor-thread");
    } finally {
      Await.result(vertx.close());
    }
  }

  @ParameterizedTest
  @MethodSource("io.canarygateway.launcher.WorkingTransports#names")
  void datagramsAreOfTheTransportToo(Transport name) throws Exception {
    GatewayTransport transport = WorkingTransports.named(name);
    Vertx vertx = Vertx.builder().withTransport(transport).build();
    CompletableFuture<String> heard = new CompletableFuture<>();
    try {
      EventLoop loop = Await.result(onContext(vertx.getOrCreateContext(), transport::currentLoop));
      Bootstrap datagrams =
          new Bootstrap()
              .group(loop)
              .channelFactory(transport.datagramChannels())
              .handler(new Heard(heard));
      Channel receiver = datagrams.bind(ANY_PORT).sync().channel();
      Channel sender = datagrams.bind(ANY_PORT).sync().channel();
      sender.writeAndFlush(
          new DatagramPacket(
              Unpooled.copiedBuffer("hello", CharsetUtil.US_ASCII),
              (InetSocketAddress) receiver.localAddress()));
      assertThat(heard.get(30, TimeUnit.SECONDS)).isEqualTo("hello");
    } finally {
      Await.result(vertx.close());
    }
  }

  @Test
  void eachVerticleHasTheLoopOfItsContext() throws Exception {
    GatewayTransport transport = WorkingTransports.named(Transport.AUTO);
    Vertx vertx = Vertx.builder().withTransport(transport).build();
    try {
      Set<EventLoop> loops = ConcurrentHashMap.newKeySet();
      Await.result(
          vertx.deployVerticle(
              () ->
                  new VerticleBase() {
                    @Override
                    public Future<?> start() {
                      loops.add(transport.currentLoop());
                      return Future.succeededFuture();
                    }
                  },
              new DeploymentOptions().setInstances(3)));
      assertThat(loops).hasSize(3).doesNotContain(transport.acceptorLoop());
    } finally {
      Await.result(vertx.close());
    }
  }

  @Test
  void otherThreadsHaveNoLoop() throws Exception {
    GatewayTransport transport = WorkingTransports.named(Transport.NIO);
    assertThatIllegalStateException().isThrownBy(transport::acceptorLoop);
    Vertx vertx = Vertx.builder().withTransport(transport).build();
    try {
      assertThatIllegalStateException().isThrownBy(transport::currentLoop);
    } finally {
      Await.result(vertx.close());
    }
  }

  private static <T> Future<T> onContext(Context context, Supplier<T> work) {
    Promise<T> result = Promise.promise();
    context.runOnContext(
        go -> {
          try {
            result.complete(work.get());
          } catch (RuntimeException e) {
            result.fail(e);
          }
        });
    return result.future();
  }

  private static final class Received extends SimpleChannelInboundHandler<ByteBuf> {

    private final CompletableFuture<String> text;

    private Received(CompletableFuture<String> text) {
      this.text = text;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
      text.complete(bytes.toString(CharsetUtil.US_ASCII));
    }
  }

  @Sharable
  private static final class Heard extends SimpleChannelInboundHandler<DatagramPacket> {

    private final CompletableFuture<String> text;

    private Heard(CompletableFuture<String> text) {
      this.text = text;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
      text.complete(packet.content().toString(CharsetUtil.US_ASCII));
    }
  }
}
