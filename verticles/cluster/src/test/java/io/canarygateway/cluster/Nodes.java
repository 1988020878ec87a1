package io.canarygateway.cluster;

import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.message.BusSecret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/** Programs on 127.0.0.1 that join one cluster, or try to. */
final class Nodes implements AutoCloseable {

  static final Identity SECRET = new Identity.Secret(BusSecret.of("a secret of the shop"));
  static final Identity OTHER = new Identity.Secret(BusSecret.of("another one, as long"));

  private final List<Integer> ports = Stream.generate(FreePorts::next).limit(3).toList();
  private final List<Integer> busPorts = Stream.generate(FreePorts::next).limit(3).toList();
  private final Deque<Vertx> joined = new ArrayDeque<>();

  int port(int node) {
    return ports.get(node);
  }

  int busPort(int node) {
    return busPorts.get(node);
  }

  ClusterOptions options(int node, Identity identity) {
    ClusterOptions some =
        ClusterOptions.of(
            "127.0.0.1",
            port(node),
            ports.stream().map(port -> "127.0.0.1:" + port).toList(),
            "test",
            identity);
    return new ClusterOptions(
        some.host(), some.port(), busPort(node), some.members(), "", some.name(), identity);
  }

  Future<Vertx> join(ClusterOptions options) {
    return GatewayCluster.join(options, new VertxOptions().setEventLoopPoolSize(1))
        .onSuccess(joined::push);
  }

  Vertx join(int node, Identity identity) {
    return Await.result(join(options(node, identity)));
  }

  /** A node that answers requests at an address. */
  Vertx answering(int node, Identity identity, String address) {
    Vertx vertx = join(node, identity);
    Await.result(
        vertx
            .eventBus()
            .<String>consumer(address, message -> message.reply("yes, " + message.body()))
            .completion());
    return vertx;
  }

  /** Whether a request to an address is answered. */
  static boolean answers(Vertx from, String address) {
    return Await.result(
        from.eventBus()
            .request(address, "you", new DeliveryOptions().setSendTimeout(1_000))
            .map(reply -> reply.body().equals("yes, you"))
            .otherwise(false));
  }

  static void awaitAnswer(Vertx from, String address, int seconds) {
    await().atMost(Duration.ofSeconds(seconds)).until(() -> answers(from, address));
  }

  void leave(Vertx vertx) {
    joined.remove(vertx);
    Await.result(vertx.close());
  }

  @Override
  public void close() {
    while (!joined.isEmpty()) {
      Await.result(joined.pop().close());
    }
  }
}
