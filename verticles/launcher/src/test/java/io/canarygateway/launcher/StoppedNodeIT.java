package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.cluster.ClusterOptions;
import io.canarygateway.cluster.GatewayCluster;
import io.canarygateway.cluster.Identity;
import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.BusSecret;
import io.canarygateway.message.MessageCodecs;
import io.canarygateway.snapshot.SnapshotCodec;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.management.Attribute;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Processes that are stopped until the others have removed them, and go on then. They must come
 * back with everything: what was published meanwhile, and their part in the event bus.
 */
class StoppedNodeIT {

  private static final String SECRET = "a secret of the shop, and a long one";

  private static List<Integer> jmxPorts;
  private static ProcessNodes nodes;

  /** Each test leaves them as it found them. */
  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), SECRET);
    jmxPorts = List.of(FreePorts.next(), FreePorts.next(), FreePorts.next());
    nodes =
        ProcessNodes.start(
            directory,
            new JsonObject().put("secret-file", secret.toString()),
            i ->
                List.of(
                    "-Xmx128m",
                    "-Djava.rmi.server.hostname=127.0.0.1",
                    "-Dcom.sun.management.jmxremote.host=127.0.0.1",
                    "-Dcom.sun.management.jmxremote.port=" + jmxPorts.get(i),
                    "-Dcom.sun.management.jmxremote.rmi.port=" + jmxPorts.get(i),
                    "-Dcom.sun.management.jmxremote.authenticate=false",
                    "-Dcom.sun.management.jmxremote.ssl=false"));
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  private static ConditionFactory within(int seconds) {
    return await().atMost(Duration.ofSeconds(seconds)).ignoreExceptions();
  }

  /** The first node is the one that others have joined; two of three are more than half. */
  @ParameterizedTest
  @ValueSource(strings = {"0", "1 2"})
  void theyAreNeitherDeafNorMuteAfterwards(String stopped) throws Exception {
    for (int i = 0; i < ClusterNodes.SIZE; i++) {
      int node = i;
      within(30).until(() -> nodes.seenBy(nodes.get(node)) == ClusterNodes.SIZE);
    }
    List<Integer> victims = Stream.of(stopped.split(" ")).map(Integer::valueOf).toList();
    List<Integer> others = new ArrayList<>(List.of(0, 1, 2));
    others.removeAll(victims);
    for (int victim : victims) {
      nodes.get(victim).process().signal("STOP");
    }
    within(60).until(() -> hasRemoved(others.get(0), victims));
    override(jmxPorts.get(others.get(0)), "canary");
    within(20).until(() -> nodes.get(nodes.get(others.get(0))).body().equals("canary"));
    for (int victim : victims) {
      nodes.get(victim).process().signal("CONT");
    }
    awaitStrategy(90, "canary");
    for (int i = 0; i < ClusterNodes.SIZE; i++) {
      int node = i;
      within(90)
          .untilAsserted(
              () ->
                  assertThat(nodes.seenBy(nodes.get(node)))
                      .as("nodes seen by %s", node)
                      .isEqualTo(ClusterNodes.SIZE));
    }
    assertAnswers();
    override(jmxPorts.get(victims.get(0)), "main");
    awaitStrategy(90, "main");
  }

  private static void awaitStrategy(int seconds, String strategy) {
    for (int i = 0; i < ClusterNodes.SIZE; i++) {
      int node = i;
      within(seconds)
          .untilAsserted(
              () -> assertThat(nodes.flag(nodes.get(node), "strategy")).isEqualTo(strategy));
    }
  }

  /** Whether a node's last line about the members has none of those. */
  private static boolean hasRemoved(int node, List<Integer> gone) throws Exception {
    String members =
        nodes
            .get(node)
            .process()
            .out()
            .lines()
            .map(JsonObject::new)
            .filter(line -> line.containsKey("nodes"))
            .reduce("", (before, line) -> line.getString("nodes"), (a, b) -> b);
    return gone.stream().noneMatch(each -> members.contains(":" + nodes.get(each).member()));
  }

  private static void override(int jmxPort, String strategy) throws Exception {
    String url = "service:jmx:rmi:///jndi/rmi://127.0.0.1:" + jmxPort + "/jmxrmi";
    try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(url))) {
      connector
          .getMBeanServerConnection()
          .setAttribute(
              new ObjectName("io.canarygateway:type=Flag,name=" + ObjectName.quote("strategy")),
              new Attribute("Value", strategy));
    }
  }

  /** Every node answers a request from a program that has joined afterwards. */
  private static void assertAnswers() throws Exception {
    ClusterOptions options =
        ClusterOptions.of(
            "127.0.0.1",
            FreePorts.next(),
            List.of(nodes.cluster().address(0)),
            "gateway",
            new Identity.Secret(BusSecret.of(SECRET)));
    Vertx program = Await.result(GatewayCluster.join(options, new VertxOptions()));
    try {
      MessageCodecs.register(program.eventBus());
      SnapshotCodec.register(program.eventBus());
      for (int i = 0; i < ClusterNodes.SIZE; i++) {
        String address = Addresses.of(Addresses.CLUSTER_SNAPSHOT_GET, nodes.idOf(nodes.get(i)));
        within(20)
            .until(
                () ->
                    Await.result(
                            program
                                .eventBus()
                                .request(address, "", new DeliveryOptions().setSendTimeout(1_000)))
                        != null);
      }
    } finally {
      Await.result(program.close());
    }
  }
}
