package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Conversation;
import io.canarygateway.fixtures.Outcome;
import io.canarygateway.fixtures.PeerProcess;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** nginx and HAProxy on either side of the gateway do as they do without it. */
@Tag("external")
class PeersIT {

  @TempDir static Path directory;

  private static final List<String> CHAINS =
      List.of(
          "client, nginx, gateway, server",
          "client, HAProxy, gateway, server",
          "client, gateway, nginx, server",
          "client, gateway, HAProxy, server");

  private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();
  private static ScriptedUpstream server;
  private static Map<String, Chain> chains;

  /** Two ports that lead to the same server, one of them past a gateway. */
  private record Chain(int without, int with) {}

  @BeforeAll
  static void start() throws Exception {
    server = keep(new ScriptedUpstream());
    GatewayFixture gateway = gatewayTo(server.port());
    PeerProcess nginx = keep(PeerProcess.nginx(directory, server.port()));
    PeerProcess haproxy = keep(PeerProcess.haproxy(directory, server.port()));
    PeerProcess nginxInFront = keep(PeerProcess.nginx(directory, gateway.port()));
    PeerProcess haproxyInFront = keep(PeerProcess.haproxy(directory, gateway.port()));
    chains =
        Map.of(
            CHAINS.get(0), new Chain(nginx.port(), nginxInFront.port()),
            CHAINS.get(1), new Chain(haproxy.port(), haproxyInFront.port()),
            CHAINS.get(2), new Chain(nginx.port(), gatewayTo(nginx.port()).port()),
            CHAINS.get(3), new Chain(haproxy.port(), gatewayTo(haproxy.port()).port()));
  }

  @AfterAll
  static void stop() throws Exception {
    while (!OPEN.isEmpty()) {
      OPEN.pop().close();
    }
  }

  private static <T extends AutoCloseable> T keep(T started) {
    OPEN.push(started);
    return started;
  }

  private static GatewayFixture gatewayTo(int port) throws Exception {
    String target = "http://127.0.0.1:" + port;
    return keep(
        GatewayFixture.start(
            new JsonObject().put("main-target", target).put("canary-target", target)));
  }

  static Stream<Arguments> conversations() {
    return CHAINS.stream()
        .flatMap(
            chain ->
                Arrays.stream(Conversation.values())
                    .filter(conversation -> peerKnows(chain, conversation))
                    .map(conversation -> Arguments.of(chain, conversation)));
  }

  /**
   * Without the gateway, HAProxy passes HTTP/1.0 on, which the scripted server refuses; and an old
   * nginx waits behind a 103 for the connection's end.
   */
  private static boolean peerKnows(String chain, Conversation conversation) {
    return switch (conversation) {
      case OLD_CLIENT -> chain.contains("nginx");
      case EARLY_HINTS -> chain.contains("HAProxy");
      default -> true;
    };
  }

  @ParameterizedTest
  @MethodSource("conversations")
  void aConversationIsAsWithoutTheGateway(String chain, Conversation conversation)
      throws IOException {
    Chain ports = chains.get(chain);
    Outcome without = Outcome.of(conversation, ports.without(), server);
    Outcome with = Outcome.of(conversation, ports.with(), server);
    assertThat(with).isEqualTo(without);
  }

  static List<String> chains() {
    return CHAINS;
  }

  /** Neither by a FIN nor by a RST does half a body look like a whole one. */
  @ParameterizedTest
  @MethodSource("chains")
  void anUploadThatItsClientBreaksOffIsBrokenOffForTheServer(String chain) throws IOException {
    for (String framing : List.of("Content-Length: 100000", "Transfer-Encoding: chunked")) {
      for (boolean reset : new boolean[] {false, true}) {
        server.reset();
        try (RawSocket client = new RawSocket(chains.get(chain).with())) {
          client.send(ScriptedGateway.request("POST / HTTP/1.1", framing) + "ff\r\nbegin");
          await().until(() -> server.received().size() == 1);
          if (reset) {
            client.abort();
          }
        }
        int broken = server.only().connection();
        await().until(() -> !server.isOpen(broken));
        assertThat(server.only().complete()).isFalse();
        assertThat(server.only().body()).doesNotContain("end");
      }
    }
  }

  /** And what came before that is served as before. */
  @ParameterizedTest
  @MethodSource("chains")
  void aDownloadThatItsClientBreaksOffIsBrokenOffForTheServer(String chain) throws IOException {
    server.reset();
    server.script(
        (request, link) -> {
          link.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
          while (true) {
            link.send("5\r\nhello\r\n");
          }
        });
    try (RawSocket client = new RawSocket(chains.get(chain).with())) {
      client.send(ScriptedGateway.request("GET / HTTP/1.1"));
      client.readUntil("hello");
    }
    int broken = server.only().connection();
    await().until(() -> !server.isOpen(broken));
  }

  /** Many on one connection, and on many: whichever, each gets its own answer. */
  @ParameterizedTest
  @MethodSource("chains")
  void requestsInARowGetTheirAnswers(String chain) throws IOException {
    server.reset();
    server.script(
        (request, link) -> {
          String target = request.target();
          link.readBody()
              .send("HTTP/1.1 200 OK\r\nContent-Length: " + target.length() + "\r\n\r\n" + target);
        });
    try (RawSocket kept = new RawSocket(chains.get(chain).with())) {
      for (int i = 0; i < 50; i++) {
        kept.send(ScriptedGateway.request("GET /kept/" + i + " HTTP/1.1"));
        assertThat(kept.reply().body()).isEqualTo("/kept/" + i);
        try (RawSocket fresh = new RawSocket(chains.get(chain).with())) {
          fresh.send(ScriptedGateway.request("GET /fresh/" + i + " HTTP/1.1", "Connection: close"));
          assertThat(fresh.replies()).extracting(Reply::body).containsExactly("/fresh/" + i);
        }
      }
    }
  }
}
