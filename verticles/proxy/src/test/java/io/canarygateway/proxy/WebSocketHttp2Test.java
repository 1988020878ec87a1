package io.canarygateway.proxy;

import static io.canarygateway.proxy.Http2Socket.DATA;
import static io.canarygateway.proxy.Http2Socket.END_STREAM;
import static io.canarygateway.proxy.Http2Socket.HEADERS;
import static io.canarygateway.proxy.Http2Socket.RST_STREAM;
import static io.canarygateway.proxy.Http2Socket.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.ReceivedRequest;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.TestAuthority;
import io.canarygateway.fixtures.UpstreamLink;
import io.canarygateway.proxy.Http2Socket.Frame;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets on streams of HTTP/2 (RFC 8441), whose upstream speaks HTTP/1.1. */
@Tag("external")
class WebSocketHttp2Test {

  private static final int NO_ERROR = 0;
  private static final int PROTOCOL_ERROR = 1;
  private static final int CANCEL = 8;

  @TempDir static Path directory;

  private static TestAuthority authority;

  @RegisterExtension
  static final ScriptedGateway plain =
      ProxyFixture.scripted(
          config -> config.put("router-server", new JsonObject().put("h2c", true)));

  @RegisterExtension
  static final ScriptedGateway tls =
      ProxyFixture.scripted(config -> TlsFixture.with(config, TlsFixture.pair(certificate())));

  private static TestAuthority.Pair certificate() {
    try {
      authority = TestAuthority.create(directory);
      return authority.issue("main", "DNS:localhost,IP:127.0.0.1", 60);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Http2Socket open(ScriptedGateway gateway) throws Exception {
    ClientWay way = gateway == tls ? ClientWay.H2_TLS : ClientWay.H2C;
    return new Http2Socket(way.connect(gateway.port(), authority));
  }

  static String[] connect(String protocol, String... more) {
    List<String> lines = new ArrayList<>(List.of(Http2Socket.get("https", "/chat?x=1")));
    lines.set(1, "CONNECT");
    lines.addAll(List.of(":protocol", protocol, "sec-websocket-version", "13"));
    lines.addAll(List.of(more));
    return lines.toArray(String[]::new);
  }

  static String accept(ReceivedRequest request) {
    try {
      String text = request.header("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String switched(String accept) {
    return "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Accept: "
        + accept
        + "\r\nSec-WebSocket-Protocol: chat\r\n\r\n";
  }

  private static void echo(ReceivedRequest request, UpstreamLink link) throws IOException {
    link.send(switched(accept(request)) + "hello ");
    for (int next = link.read(); next >= 0 && next != '.'; next = link.read()) {
      link.send(String.valueOf((char) next));
    }
    link.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aConnectBecomesAnUpgradeAndATunnel(boolean secure) throws Exception {
    ScriptedGateway gateway = secure ? tls : plain;
    gateway.upstream().script(WebSocketHttp2Test::echo);
    try (Http2Socket client = open(gateway)) {
      client.headers(
          1,
          0,
          connect("websocket", "sec-websocket-key", "mine", "sec-websocket-protocol", "chat"));
      client.data(1, 0, "early ");
      Http2Headers head = client.decode(client.next(1));
      assertThat(head.status()).hasToString("200");
      assertThat(head.get("sec-websocket-protocol")).hasToString("chat");
      assertThat(head.names())
          .extracting(CharSequence::toString)
          .doesNotContain("sec-websocket-accept", "upgrade", "connection");
      client.data(1, 0, "late.");
      StringBuilder got = new StringBuilder();
      Frame frame = client.next(1);
      for (; frame.type() == DATA && !frame.ends(); frame = client.next(1)) {
        got.append(frame.text());
      }
      assertThat(got).hasToString("hello early late");
      assertThat(frame.ends()).isTrue();
    }
    ReceivedRequest seen = gateway.upstream().only();
    assertThat(seen.line()).isEqualTo("GET /chat?x=1 HTTP/1.1");
    assertThat(seen.header("Connection")).isEqualTo("Upgrade");
    assertThat(seen.header("Upgrade")).isEqualTo("websocket");
    assertThat(seen.headers("Sec-WebSocket-Version")).containsExactly("13");
    assertThat(seen.headers("Sec-WebSocket-Key")).singleElement().isNotEqualTo("mine");
    assertThat(Base64.getDecoder().decode(seen.header("Sec-WebSocket-Key"))).hasSize(16);
    assertThat(seen.header("X-Forwarded-Host")).isEqualTo("client.test");
    assertThat(seen.header("Content-Length")).isNull();
  }

  @Test
  void otherStreamsOfTheConnectionGoOn() throws Exception {
    plain
        .upstream()
        .script(
            (request, link) -> {
              if (request.target().startsWith("/chat")) {
                echo(request, link);
              } else {
                link.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
              }
            });
    try (Http2Socket client = open(plain)) {
      client.headers(1, 0, connect("websocket"));
      assertThat(client.decode(client.next(1)).status()).hasToString("200");
      assertThat(client.ask(3, Http2Socket.get("http", "/other")).body()).isEqualTo("ok");
      client.data(1, 0, "x.");
      client.reset(1, CANCEL);
    }
  }

  @Test
  void theSettingsSayThatConnectIsExtended() throws Exception {
    try (Http2Socket client = open(plain)) {
      Frame settings = client.next();
      assertThat(settings.type()).isEqualTo(SETTINGS);
      assertThat(HexFormat.of().formatHex(settings.payload())).contains("000800000001");
    }
  }

  @Test
  void aRefusalPassesAsItIs() throws Exception {
    plain.upstream().answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nX-Why: no\r\n\r\nno");
    try (Http2Socket client = open(plain)) {
      client.headers(1, 0, connect("websocket"));
      Http2Socket.Answer answer = client.answer(1);
      assertThat(answer.status()).isEqualTo("403");
      assertThat(answer.head().get("x-why")).hasToString("no");
      assertThat(answer.body()).isEqualTo("no");
      assertThat(client.ask(3, Http2Socket.get("http", "/")).status()).isEqualTo("403");
    }
  }

  /** To a client of HTTP/2 a 200 would say that the socket is open. */
  @Test
  void anAnswerThatIsNoSwitchIs502() throws Exception {
    plain.upstream().answer("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>");
    try (Http2Socket client = open(plain)) {
      client.headers(1, 0, connect("websocket"));
      assertThat(client.answer(1).status()).isEqualTo("502");
      assertThat(client.ask(3, Http2Socket.get("http", "/")).status()).isEqualTo("200");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "d3Jvbmc="})
  void aSwitchWithoutItsProofIs502(String accept) throws Exception {
    plain.upstream().script((request, link) -> link.send(switched(accept)).awaitClosed());
    try (Http2Socket client = open(plain)) {
      client.headers(1, 0, connect("websocket"));
      assertThat(client.answer(1).status()).isEqualTo("502");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"connect-udp", "WebSocket", "h2c"})
  void otherProtocolsAre501(String protocol) throws Exception {
    try (Http2Socket client = open(plain)) {
      client.headers(1, 0, connect(protocol));
      assertThat(client.answer(1).status()).isEqualTo("501");
    }
    plain.assertNothingReachedUpstream();
  }

  @Test
  void aConnectWithoutAProtocolIs405() throws Exception {
    try (Http2Socket client = open(plain)) {
      assertThat(client.ask(1, ":method", "CONNECT", ":authority", "a.test:443").status())
          .isEqualTo("405");
    }
  }

  @Test
  void aProtocolOfAnotherMethodIsMalformed() throws Exception {
    try (Http2Socket client = open(plain)) {
      String[] lines = connect("websocket");
      lines[1] = "GET";
      assertThat(client.ask(1, lines).error()).isEqualTo(PROTOCOL_ERROR);
    }
    plain.assertNothingReachedUpstream();
  }

  /** By a reset, by the end of the stream, and by the end of the connection. */
  enum Ending {
    RESET,
    END_OF_STREAM,
    CLOSE
  }

  @ParameterizedTest
  @EnumSource(Ending.class)
  void theUpstreamsConnectionEndsWithTheClients(Ending ending) throws Exception {
    plain
        .upstream()
        .script(
            (request, link) -> {
              link.send(switched(accept(request))).awaitClosed();
              link.close();
            });
    try (Http2Socket client = open(plain)) {
      client.headers(1, 0, connect("websocket"));
      assertThat(client.next(1).type()).isEqualTo(HEADERS);
      if (ending == Ending.RESET) {
        client.reset(1, CANCEL);
      } else if (ending == Ending.END_OF_STREAM) {
        client.data(1, END_STREAM, "");
      } else {
        client.hangUp();
      }
      int connection = plain.upstream().only().connection();
      await().until(() -> !plain.upstream().isOpen(connection));
    }
  }

  @Test
  void theStreamEndsWithoutAnErrorIfTheUpstreamCloses() throws Exception {
    plain.upstream().script((request, link) -> link.send(switched(accept(request)) + "x").close());
    try (Http2Socket client = open(plain)) {
      client.headers(1, 0, connect("websocket"));
      Http2Socket.Answer answer = client.answer(1);
      assertThat(answer.body()).isEqualTo("x");
      assertThat(answer.error()).isEqualTo(-1);
      Frame reset = client.next(1);
      assertThat(reset.type()).isEqualTo(RST_STREAM);
      assertThat(reset.error()).isEqualTo(NO_ERROR);
    }
  }
}
