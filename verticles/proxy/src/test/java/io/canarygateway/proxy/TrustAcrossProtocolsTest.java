package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.ReceivedRequest;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.TestAuthority;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams see the same of a client's headers, whichever version of HTTP the client speaks. */
@Tag("external")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrustAcrossProtocolsTest {

  /** What only a trusted proxy may say; see {@link #ALWAYS_DROPPED} for other spellings. */
  private static final List<String> TRUSTED_ONLY =
      List.of(
          "x-forwarded-for: 1.2.3.4",
          "x-forwarded-proto: https",
          "x-forwarded-proto: http",
          "x-forwarded-host: evil.test",
          "x-forwarded-port: 8443",
          "x-forwarded-prefix: /admin",
          "x-forwarded-whatever: 1",
          "forwarded: for=1.2.3.4;proto=https",
          "x-real-ip: 1.2.3.4",
          "x-canary: true",
          "x-canary: false",
          "maxwellsdaemon: 0.1",
          "x-user: 7");

  private static final List<String> ALWAYS_DROPPED =
      List.of(
          "x_forwarded_for: 1.2.3.4",
          "x-forwarded_for: 1.2.3.4",
          "x_forwarded_proto: https",
          "x_forwarded_host: evil.test",
          "x_forwarded_anything: 1",
          "x_real_ip: 1.2.3.4",
          "x_canary: true",
          "content_length: 5",
          "transfer_encoding: chunked",
          "proxy-authorization: Basic eA==",
          "trailer: x-sum");

  private static final List<String> OTHERS =
      List.of(
          "x_user_agent: 1",
          "x-other: a, b",
          "range: bytes=0-1",
          "accept-encoding: br",
          "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          "x-request-id: a");

  /** What the gateway writes itself; it is looked at by its own. */
  private static final Pattern OF_GATEWAY = Pattern.compile("(host|via|x-forwarded-proto): .*");

  @TempDir static Path directory;

  private TestAuthority authority;
  private final List<ScriptedGateway> open = new ArrayList<>();
  private ScriptedGateway[] trusting;
  private ScriptedGateway[] strict;

  @BeforeAll
  void start() throws Exception {
    authority = TestAuthority.create(directory);
    JsonObject tls = TlsFixture.pair(authority.issue("main", "DNS:localhost,IP:127.0.0.1", 60));
    trusting = both("127.0.0.0/8", tls);
    strict = both("10.0.0.0/8", tls);
  }

  /** One without TLS, and one with. */
  private ScriptedGateway[] both(String trusted, JsonObject tls) throws Exception {
    return new ScriptedGateway[] {
      start(trusted, new JsonObject().put("h2c", true)),
      start(trusted, new JsonObject().put("tls", tls))
    };
  }

  private ScriptedGateway start(String trusted, JsonObject server) throws Exception {
    ScriptedGateway gateway =
        ProxyFixture.scripted(
                config ->
                    config
                        .put("router-server", server)
                        .put("trusted-proxies", new JsonArray().add(trusted))
                        .put("strategy", "rollout")
                        .put(
                            "rollout",
                            new JsonObject().put("canary", 0.5).put("key-header", "X-User")))
            .start();
    open.add(gateway);
    return gateway;
  }

  @AfterEach
  void reset() {
    open.forEach(ScriptedGateway::reset);
  }

  @AfterAll
  void stop() throws Exception {
    for (ScriptedGateway gateway : open) {
      gateway.close();
    }
  }

  private ScriptedGateway gateway(boolean trusted, ClientWay way) {
    return (trusted ? trusting : strict)[way.tls() ? 1 : 0];
  }

  /** What the upstream saw, in a fixed order and with names in lower case. */
  private static List<String> seen(ReceivedRequest request) {
    return request.head().fields().stream()
        .map(
            field -> {
              int colon = field.indexOf(':');
              return field.substring(0, colon).toLowerCase(Locale.ROOT) + field.substring(colon);
            })
        .filter(field -> !OF_GATEWAY.matcher(field).matches())
        .sorted()
        .toList();
  }

  static Stream<Arguments> cases() {
    return Stream.of(TRUSTED_ONLY, ALWAYS_DROPPED, OTHERS)
        .flatMap(List::stream)
        .flatMap(field -> Stream.of(true, false).map(trusted -> Arguments.of(field, trusted)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void upstreamsSeeTheSameByEachProtocol(String field, boolean trusted) throws Exception {
    boolean passes = OTHERS.contains(field) || trusted && TRUSTED_ONLY.contains(field);
    List<String> first = null;
    for (ClientWay way : ClientWay.values()) {
      ScriptedGateway gateway = gateway(trusted, way);
      gateway.upstream().reset();
      assertThat(way.send(gateway.port(), authority, field)).isEqualTo("200");
      ReceivedRequest request = gateway.upstream().only();
      List<String> now = seen(request);
      first = first == null ? now : first;
      assertThat(now).as(way.name()).isEqualTo(first);
      assertThat(now).contains("cookie: maxwellsdaemon=0.25; a=b");
      boolean saysProto = field.startsWith("x-forwarded-proto");
      assertThat(request.headers("X-Forwarded-Proto"))
          .containsExactly(
              trusted && saysProto ? field.substring(field.indexOf(' ') + 1) : way.scheme());
      if (!saysProto && !field.startsWith("x-forwarded-for") && !field.startsWith("maxwells")) {
        assertThat(now.contains(field)).as(way + " " + now).isEqualTo(passes);
      }
      assertThat(request.header("X-Forwarded-For"))
          .isEqualTo(
              trusted && field.startsWith("x-forwarded-for") ? "1.2.3.4, 127.0.0.1" : "127.0.0.1");
      assertThat(request.header("X-Forwarded-Host"))
          .isEqualTo(trusted && field.startsWith("x-forwarded-host") ? "evil.test" : "client.test");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "H2C, other.test, 400",
    "H2_TLS, other.test, 400",
    "H2C, client.test, 200",
    "H2_TLS, CLIENT.test, 200"
  })
  void hostAndAuthorityHaveToAgree(ClientWay way, String host, String status) throws Exception {
    ScriptedGateway gateway = gateway(false, way);
    assertThat(way.send(gateway.port(), authority, "host: " + host)).isEqualTo(status);
    assertThat(gateway.upstream().received()).hasSize(status.equals("200") ? 1 : 0);
  }

  @ParameterizedTest
  @EnumSource(
      value = ClientWay.class,
      names = {"H2C", "H2_TLS"})
  void hostAloneIsTheForwardedHost(ClientWay way) throws Exception {
    ScriptedGateway gateway = gateway(false, way);
    try (Socket socket = way.connect(gateway.port(), authority)) {
      assertThat(
              new Http2Socket(socket)
                  .ask(1, ":method", "GET", ":scheme", "http", ":path", "/", "host", "only.test")
                  .status())
          .isEqualTo("200");
    }
    assertThat(gateway.upstream().only().headers("X-Forwarded-Host")).containsExactly("only.test");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connection: x-other",
        "connection: x-forwarded-for",
        "keep-alive: 1",
        "proxy-connection: keep-alive",
        "transfer-encoding: chunked",
        "upgrade: websocket",
        "te: gzip"
      })
  void hopByHopHeadersResetTheStream(String field) throws Exception {
    for (ClientWay way : List.of(ClientWay.H2C, ClientWay.H2_TLS)) {
      ScriptedGateway gateway = gateway(false, way);
      assertThat(way.send(gateway.port(), authority, field, "x-other: 1")).isEqualTo("reset");
      gateway.assertNothingReachedUpstream();
    }
  }

  @ParameterizedTest
  @EnumSource(ClientWay.class)
  void whatConcernsTheUpstreamsConnectionDoesNotReachTheClient(ClientWay way) throws Exception {
    ScriptedGateway gateway = gateway(false, way);
    gateway
        .upstream()
        .answer(
            "HTTP/1.1 200 OK\r\nConnection: X-Hop, keep-alive\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
                + "Upgrade: foo\r\nProxy-Authenticate: Basic\r\nProxy-Connection: close\r\n"
                + "X-Kept: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
    try (Socket socket = way.connect(gateway.port(), authority)) {
      List<String> names;
      if (way.http2()) {
        Http2Socket.Answer answer =
            new Http2Socket(socket).ask(1, Http2Socket.get(way.scheme(), "/"));
        assertThat(answer.body()).isEqualTo("ok");
        names = answer.head().names().stream().map(CharSequence::toString).toList();
        assertThat(names).doesNotContain("transfer-encoding", "connection");
      } else {
        socket
            .getOutputStream()
            .write(
                ScriptedGateway.request("GET / HTTP/1.1", "Connection: close")
                    .getBytes(StandardCharsets.ISO_8859_1));
        String text =
            new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        names = text.lines().map(line -> line.split(":")[0].toLowerCase(Locale.ROOT)).toList();
      }
      assertThat(names)
          .contains("x-kept")
          .doesNotContain(
              "x-hop", "keep-alive", "upgrade", "proxy-authenticate", "proxy-connection");
    }
  }
}
