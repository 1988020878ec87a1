package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Certificates;
import io.canarygateway.fixtures.GatewayProcess;
import io.canarygateway.launcher.ProcessNodes.Node;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Strangers at every port of a cluster's node: none of their bytes is deserialised, they take no
 * memory, and the node goes on. The node's JVM refuses to deserialise any class, and records each
 * that somebody asked it to.
 */
class ClusterAttackIT {

  private static final int SILENT = 200;
  private static final int RANDOM = 1_000;
  private static final long GROWTH = 8L << 20;

  /** A handshake has to end in 3 s. */
  private static final Duration SHED = Duration.ofSeconds(30);

  @TempDir Path directory;

  /** What the nodes prove themselves with. */
  enum Proof {
    SECRET,
    CERTIFICATES,
    BOTH
  }

  private JsonObject section(Proof proof, Certificates certificates) throws Exception {
    JsonObject section = new JsonObject();
    if (proof != Proof.CERTIFICATES) {
      Path secret = Files.writeString(directory.resolve("secret"), "a secret, and a long one");
      section.put("secret-file", secret.toString());
    }
    if (proof != Proof.SECRET) {
      section.put(
          "tls",
          new JsonObject()
              .put("ca-file", certificates.ca().toString())
              .put("cert-file", certificates.serverCert().toString())
              .put("key-file", certificates.serverKey().toString()));
    }
    return section;
  }

  private List<String> options(int node) {
    return List.of(
        "-Xmx128m",
        "-Djdk.serialFilter=!*",
        "-Xlog:jfr*=off",
        "-XX:StartFlightRecording:settings=none,+jdk.Deserialization#enabled=true,filename="
            + directory.resolve("node" + node + ".jfr"));
  }

  @ParameterizedTest
  @EnumSource(Proof.class)
  void strangersGetNothing(Proof proof) throws Exception {
    Certificates ours = Certificates.create(Files.createDirectory(directory.resolve("ours")));
    Certificates strange = Certificates.create(Files.createDirectory(directory.resolve("strange")));
    try (ProcessNodes nodes = ProcessNodes.start(directory, section(proof, ours), this::options)) {
      for (int i = 0; i < ClusterNodes.SIZE; i++) {
        int node = i;
        await()
            .atMost(Duration.ofSeconds(30))
            .ignoreExceptions()
            .until(() -> nodes.seenBy(nodes.get(node)) == ClusterNodes.SIZE);
      }
      Node target = nodes.get(0);
      Victim victim = new Victim(target.process());
      assertThat(victim.ports())
          .containsExactlyInAnyOrderElementsOf(
              Set.of(target.router(), target.metrics(), target.member(), target.bus()));
      // Vert.x's DNS client has one on each event loop, in any gateway.
      assertThat(victim.udpPorts())
          .hasSizeLessThanOrEqualTo(Runtime.getRuntime().availableProcessors());
      long heap = victim.heapAfterCollection();
      Duration cpu = target.process().cpu();
      String log = target.process().out();
      List<Socket> silent = new ArrayList<>();
      try {
        for (int port : List.of(target.member(), target.bus())) {
          Stranger stranger = new Stranger(port, strange);
          silent.addAll(stranger.silent(SILENT));
          stranger.knownPackets();
          stranger.javaObjects();
          stranger.randomPackets(RANDOM);
          stranger.groupPackets();
          stranger.tls();
          assertThat(nodes.get(target).statusCode()).isEqualTo(200);
        }
        report(proof, victim, heap, cpu, target.process(), log);
        assertThat(victim.heapAfterCollection()).isLessThan(heap + GROWTH);
        assertThat(newLines(target.process(), log)).hasSizeLessThanOrEqualTo(5);
        assertThat(target.process().out()).doesNotContain("Exception", "OutOfMemory");
        assertThat(target.process().err()).isEmpty();
        await().atMost(SHED).until(() -> silent.stream().allMatch(Stranger::isClosed));
        for (int i = 0; i < ClusterNodes.SIZE; i++) {
          assertThat(nodes.seenBy(nodes.get(i))).isEqualTo(ClusterNodes.SIZE);
          assertThat(nodes.get(nodes.get(i)).statusCode()).isEqualTo(200);
          assertThat(nodes.get(i).process().out().lines().filter(l -> l.contains("have changed")))
              .as("changes of the members of node %s", i)
              .hasSizeLessThanOrEqualTo(ClusterNodes.SIZE - 1);
        }
      } finally {
        for (Socket socket : silent) {
          socket.close();
        }
      }
      assertThat(victim.deserialised(directory.resolve("attack.jfr"))).isEmpty();
    }
  }

  private static List<String> newLines(GatewayProcess process, String before) throws Exception {
    return process.out().substring(before.length()).lines().toList();
  }

  private static void report(
      Proof proof, Victim victim, long heap, Duration cpu, GatewayProcess process, String log)
      throws Exception {
    System.out.printf(
        "%s: heap %.1f MB before, %.1f MB after; %d ms of processor; %d log lines%n",
        proof,
        heap / 1048576.0,
        victim.heapAfterCollection() / 1048576.0,
        process.cpu().minus(cpu).toMillis(),
        newLines(process, log).size());
  }
}
