package io.canarygateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.canarygateway.cluster.JoinException.Fault;
import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.Certificates;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.shareddata.AsyncMap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that join, and nodes that must not, on real sockets. */
class GatewayClusterTest {

  @TempDir Path directory;
  private final Nodes nodes = new Nodes();

  @AfterEach
  void leave() {
    nodes.close();
  }

  @Test
  void nodesWithOneSecretAskEachOtherAndShareMaps() {
    Vertx first = nodes.answering(0, Nodes.SECRET, "first");
    Vertx second = nodes.answering(1, Nodes.SECRET, "second");
    Nodes.awaitAnswer(first, "second", 30);
    Nodes.awaitAnswer(second, "first", 30);
    AsyncMap<String, String> written =
        Await.result(first.sharedData().<String, String>getClusterWideMap("m"));
    Await.result(written.put("key", "value"));
    Vertx late = nodes.join(2, Nodes.SECRET);
    AsyncMap<String, String> read =
        Await.result(late.sharedData().<String, String>getClusterWideMap("m"));
    await()
        .untilAsserted(
            () ->
                assertThat(Await.result(read.entries())).containsEntry("key", "value").hasSize(1));
  }

  /** A node that does not say so is missed after some 12 s. */
  /** Infinispan does not make a map on a node that was alone when another one made it. */
  @Test
  void nodesThatStartedAloneShareTheMapsOfBoth() {
    Vertx first = nodes.join(0, Nodes.SECRET);
    ClusterOptions seeking = nodes.options(1, Nodes.SECRET);
    Vertx second =
        Await.result(
            nodes.join(
                new ClusterOptions(
                    seeking.host(),
                    seeking.port(),
                    seeking.busPort(),
                    List.of(),
                    "",
                    seeking.name(),
                    seeking.identity())));
    Await.result(put(first, "made alone", "first"));
    Await.result(put(second, "made alone", "second"));
    Await.result(put(first, "made by first", "first"));
    Await.result(put(second, "made by second", "second"));
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              for (Vertx each : List.of(first, second)) {
                assertThat(keys(each, "made by first")).containsExactly("first");
                assertThat(keys(each, "made by second")).containsExactly("second");
                assertThat(keys(each, "made alone")).containsExactlyInAnyOrder("first", "second");
              }
            });
  }

  private static Future<Void> put(Vertx node, String map, String key) {
    return node.sharedData()
        .<String, String>getClusterWideMap(map)
        .compose(found -> found.put(key, ""));
  }

  private static Set<String> keys(Vertx node, String map) {
    return Await.result(
        node.sharedData().<String, String>getClusterWideMap(map).compose(AsyncMap::keys));
  }

  @Test
  void aNodeThatLeavesIsGoneAtOnce() {
    Vertx first = nodes.join(0, Nodes.SECRET);
    Vertx second = nodes.answering(1, Nodes.SECRET, "second");
    Nodes.awaitAnswer(first, "second", 30);
    nodes.leave(second);
    // What is sent at the last moment gets no answer at all.
    DeliveryOptions within = new DeliveryOptions().setSendTimeout(1_000);
    await()
        .atMost(Duration.ofSeconds(8))
        .untilAsserted(
            () ->
                assertThat(first.eventBus().request("second", "you", within))
                    .satisfies(
                        reply ->
                            assertThatThrownBy(() -> Await.result(reply))
                                .hasMessageContaining("No handlers")));
  }

  @Test
  void anotherSecretMakesAnotherCluster() {
    Vertx first = nodes.answering(0, Nodes.SECRET, "first");
    Vertx stranger = nodes.join(1, Nodes.OTHER);
    Vertx open = nodes.join(2, new Identity.None());
    for (Vertx other : List.of(stranger, open)) {
      assertThat(Nodes.answers(other, "first")).isFalse();
    }
    Nodes.awaitAnswer(first, "first", 30);
  }

  @Test
  void aSilentCrowdDelaysNoJoin() throws Exception {
    Vertx first = nodes.answering(0, Nodes.SECRET, "first");
    List<Socket> crowd = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        crowd.add(new Socket("127.0.0.1", nodes.port(0)));
        crowd.add(new Socket("127.0.0.1", nodes.busPort(0)));
      }
      long begin = System.nanoTime();
      Vertx second = nodes.join(1, Nodes.SECRET);
      Nodes.awaitAnswer(second, "first", 30);
      // One after the other, their handshakes would take 200 times 3 s.
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(60));
      Nodes.awaitAnswer(first, "first", 30);
      // Nobody of them is waited for longer than a handshake may take.
      await().until(() -> crowd.stream().allMatch(this::isClosed));
    } finally {
      for (Socket socket : crowd) {
        socket.close();
      }
    }
  }

  private boolean isClosed(Socket socket) {
    try {
      socket.setSoTimeout(1);
      // TLS may have said why before it closed.
      return socket.getInputStream().readAllBytes().length >= 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "192.0.2.1", "host.invalid"})
  void withoutASecretAHostHasToBeALoopbackAddress(String host) {
    assertThatThrownBy(
            () ->
                GatewayCluster.of(
                    ClusterOptions.of(host, 5701, List.of(), "test", new Identity.None())))
        .isInstanceOfSatisfying(
            JoinException.class, e -> assertThat(e.fault()).isEqualTo(Fault.OPEN_HOST));
  }

  @Test
  void aPortInUseAndAForeignHostAreNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), nodes.port(0)));
      assertThatThrownBy(() -> nodes.join(0, Nodes.SECRET))
          .isInstanceOfSatisfying(
              JoinException.class, e -> assertThat(e.fault()).isEqualTo(Fault.PORT))
          .hasMessageContaining("Address already in use");
    }
    ClusterOptions foreign =
        ClusterOptions.of("192.0.2.1", nodes.port(0), List.of(), "test", Nodes.SECRET);
    assertThatThrownBy(() -> Await.result(nodes.join(foreign)))
        .isInstanceOfSatisfying(
            JoinException.class, e -> assertThat(e.fault()).isEqualTo(Fault.HOST));
  }

  @Test
  void theBusIsNeverInClearBecauseATransportWasForgotten() throws Exception {
    GatewayCluster cluster = GatewayCluster.of(nodes.options(0, Nodes.SECRET));
    VertxOptions options = new VertxOptions();
    cluster.configure(options.getEventBusOptions());
    assertThatThrownBy(
            () ->
                Await.result(
                    Vertx.builder()
                        .with(options)
                        .withClusterManager(cluster.manager())
                        .buildClustered()))
        .hasMessageContaining("would not be encrypted");
  }

  @Test
  void certificatesAreReplacedWhileNodesRun() throws Exception {
    Certificates before = Certificates.create(Files.createDirectory(directory.resolve("a")));
    Certificates after = Certificates.create(Files.createDirectory(directory.resolve("b")));
    Path live = Files.createDirectory(directory.resolve("live"));
    copy(before, live);
    Identity.Certificates files =
        new Identity.Certificates(
            live.resolve("ca"), live.resolve("cert"), live.resolve("key"), Optional.empty());
    GatewayCluster cluster = GatewayCluster.of(nodes.options(0, files));
    List<Optional<String>> health = new CopyOnWriteArrayList<>();
    cluster.onHealth(health::add);
    Vertx first = start(cluster);
    try {
      Files.writeString(live.resolve("key"), "no key\n");
      await().until(() -> health.get(health.size() - 1).isPresent());
      copy(after, live);
      await().until(() -> health.get(health.size() - 1).isEmpty());
      Vertx second = nodes.answering(1, files, "second");
      Nodes.awaitAnswer(first, "second", 30);
      Await.result(
          first
              .eventBus()
              .<String>consumer("first", m -> m.reply("yes, " + m.body()))
              .completion());
      Nodes.awaitAnswer(second, "first", 30);
      Vertx outdated =
          nodes.join(
              2,
              new Identity.Certificates(
                  before.ca(), before.serverCert(), before.serverKey(), Optional.empty()));
      assertThat(Nodes.answers(outdated, "first")).isFalse();
      assertThat(health).hasSize(3);
    } finally {
      Await.result(first.close());
    }
  }

  private static Vertx start(GatewayCluster cluster) {
    VertxOptions options = new VertxOptions();
    cluster.configure(options.getEventBusOptions());
    return Await.result(
        Vertx.builder()
            .with(options)
            .withTransport(cluster.transport(io.vertx.core.transport.Transport.NIO))
            .withClusterManager(cluster.manager())
            .buildClustered());
  }

  private static void copy(Certificates from, Path to) throws IOException {
    // Written over: Files.copy would remove the old file first, and a look might miss it.
    Files.write(to.resolve("ca"), Files.readAllBytes(from.ca()));
    Files.write(to.resolve("cert"), Files.readAllBytes(from.serverCert()));
    Files.write(to.resolve("key"), Files.readAllBytes(from.serverKey()));
  }
}
