package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Unusual messages get the same answer with and without interceptors. Otherwise a client could
 * cause errors that count against canary, by requests that only the way through interceptors
 * refuses.
 */
class InterceptorParityTest {

  private static final String END = "\r\n\r\n";

  /** What differs by design: the gateway, vertx-http-proxy or the interceptor sets it. */
  private static final Set<String> OWN = Set.of("via", "x-marked", "date");

  private static ScriptedUpstream upstream;
  private static GatewayFixture gateway;

  @BeforeAll
  static void start() throws Exception {
    upstream = new ScriptedUpstream();
    JsonObject plain =
        new JsonObject()
            .put("main-target", upstream.url())
            .put("canary-target", upstream.url())
            .put("strategy", "main")
            .put("match", match("no"))
            // Interceptors see bodies as they are, so the gateway asks for gzip on one route only.
            .put(
                "proxy-client",
                new JsonObject()
                    .put("to-main-and-canary", new JsonObject().put("disable-compression", true)));
    JsonObject seen =
        plain
            .copy()
            .put("match", match("yes"))
            .put("interceptors", new JsonArray().add(TestInterceptors.NAME));
    gateway =
        GatewayFixture.start(
            new JsonObject().put("routes", new JsonObject().put("plain", plain).put("seen", seen)));
  }

  /** By a header, so that paths can be the same. */
  private static JsonObject match(String intercepted) {
    return new JsonObject().put("headers", new JsonObject().put("x-intercepted", intercepted));
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  @BeforeEach
  void reset() {
    upstream.reset();
  }

  private static Reply ask(String request, String intercepted) throws Exception {
    int line = request.indexOf("\r\n") + 2;
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send(
          request.substring(0, line)
              + "X-Intercepted: "
              + intercepted
              + "\r\n"
              + request.substring(line));
      return client.reply(request.substring(0, request.indexOf(' ')));
    }
  }

  static Stream<String> requests() {
    Stream<String> targets =
        Stream.of(
                "/",
                "//",
                "/%2e%2e/x",
                "/a/./b/../c",
                "/a;b=c",
                "/a%2Fb",
                "/a%00b",
                "/%C3%A4",
                "/a?b?c",
                "/?",
                "/a?x={y}|z",
                "/a?\"q\"",
                "/a?\\",
                "/a?^`<>",
                "/a?%zz",
                "/[x]",
                "/a:b",
                "/*",
                "/" + "a".repeat(4_000),
                "http://other.example/x?y",
                "HTTP://other.example:80")
            .map(target -> "GET " + target + " HTTP/1.1\r\nHost: shop.example" + END);
    Stream<String> methods =
        Stream.of("HEAD", "DELETE", "PATCH", "M-SEARCH", "PURGE", "get", "a!#$%&'*+-.^_`|~9", "PRI")
            .map(method -> method + " /x HTTP/1.1\r\nHost: shop.example" + END);
    Stream<String> hosts =
        Stream.of(
                "a_b",
                "[::1]",
                "[::1]:80",
                "x:",
                "x:80",
                "x:99999",
                "1.2.3.4:1",
                "X.example.",
                "%41")
            .map(host -> "GET / HTTP/1.1\r\nHost: " + host + END);
    Stream<String> headers =
        Stream.of(
                "X-A: caf\u00e9 \u00ff",
                "X-A: a\tb",
                "X-A:",
                "X-A: " + "v".repeat(9_000),
                "!#$%&'*+-.^_`|~: x",
                "Cookie: ;;=;\"",
                "Content-Type: ;;;",
                "Content-Type: text",
                "Content-Type:",
                "Accept-Encoding: br;q=2",
                "Authorization: \u00e4",
                "Connection: close",
                "Connection: X-A\r\nX-A: 1",
                "Connection: Canary-Gateway-Interceptors",
                "TE: trailers",
                "Max-Forwards: 0",
                "Upgrade: websocket",
                "Expect: something",
                "Range: bytes=0-0",
                "X-Forwarded-For: x",
                "Transfer-Encoding: chunked" + END + "2;x=y\r\nok\r\n0\r\nX-T: 1",
                "Content-Length: 002" + END + "ok",
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5"
                    + END
                    + "%zz&=",
                "Content-Type: multipart/form-data; boundary=\r\nContent-Length: 2" + END + "--",
                IntStream.range(0, 100)
                    .mapToObj(i -> "X-" + i + ": y")
                    .reduce((a, b) -> a + "\r\n" + b)
                    .orElseThrow())
            .map(
                header ->
                    "POST /x HTTP/1.1\r\nHost: shop.example\r\n"
                        + header
                        + (header.contains("Content-Length") ? "" : END));
    Stream<String> versions =
        Stream.of("GET / HTTP/1.0" + END, "GET / HTTP/1.0\r\nConnection: keep-alive" + END);
    return Stream.of(targets, methods, hosts, headers, versions).flatMap(each -> each);
  }

  @ParameterizedTest
  @MethodSource("requests")
  void aRequestGetsTheSameAnswer(String request) throws Exception {
    Reply plain = ask(request, "no");
    Reply seen = ask(request, "yes");
    assertThat(seen.status()).isEqualTo(plain.status());
    assertThat(seen.body()).isEqualTo(plain.body());
    if (plain.status() == 200 && !request.startsWith("GET /application")) {
      assertThat(upstream.received()).hasSize(2);
      assertThat(upstream.received().get(1).line()).isEqualTo(upstream.received().get(0).line());
      assertThat(upstream.received().get(1).body()).isEqualTo(upstream.received().get(0).body());
      assertThat(fields(upstream.received().get(1).head().text(), "x-route", "x-target"))
          .containsExactlyInAnyOrderElementsOf(fields(upstream.received().get(0).head().text()));
    }
    assertThat(upstream.faults()).isEmpty();
  }

  private static List<String> fields(String head, String... without) {
    return head.lines()
        .skip(1)
        .filter(line -> !line.isBlank())
        .map(InterceptorParityTest::normal)
        .filter(line -> !line.startsWith("x-intercepted") && !line.startsWith("via"))
        .filter(line -> Stream.of(without).noneMatch(line::startsWith))
        .filter(line -> !line.startsWith("te:") && !line.startsWith("connection:"))
        .toList();
  }

  private static String normal(String line) {
    int colon = line.indexOf(':');
    return line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon).strip();
  }

  static Stream<String> responses() {
    return Stream.of(
            "Expires: 0\r\nCache-Control: public\r\nDate: Mon, 30 Nov 2026 14:58:29 GMT",
            "Expires: Mon, 30 Nov 2026 14:58:29 GMT\r\nCache-Control: public\r\nDate: now",
            "Cache-Control: public, max-age=99999999999999999999",
            "Cache-Control: max-age=\"10\"\r\nCache-Control: private",
            "Cache-Control: public, max-age=60\r\nExpires: -1\r\nDate: x",
            "Cache-Control: max-age",
            "Cache-Control: ,=;",
            "Date: yesterday",
            "Date: Monday, 30-Nov-26 14:58:29 GMT",
            "Warning: 199 - \"x\"",
            "Warning: 110 a \"b\" \"nonsense\"\r\nDate: nonsense",
            "Warning: 110 a \"b\" \"Mon, 30 Nov 2026 14:58:29 GMT\"\r\nDate: x",
            "ETag: W/\r\nLast-Modified: never",
            "Set-Cookie: a=b; Expires=x\r\nSet-Cookie: c",
            "Content-Type: ;;;",
            "Content-Type:",
            "Content-Type: text/html; charset=\"x",
            "content-type: text/html",
            "CONTENT-TYPE: text/html",
            "X-A: caf\u00e9 \u00ff",
            "X-A:",
            "X-A: a\tb",
            "Keep-Alive: timeout=5\r\nConnection: keep-alive",
            "Connection: close",
            "Connection: X-A\r\nX-A: 1",
            "Upgrade: h2c",
            "Content-Encoding: gzip",
            "Vary: *\r\nAge: x",
            "Trailer: X-T",
            "X-A: " + "v".repeat(40_000),
            IntStream.range(0, 200)
                .mapToObj(i -> "X-" + i + ": y")
                .reduce((a, b) -> a + "\r\n" + b)
                .orElseThrow())
        .flatMap(
            header ->
                Stream.of("200 OK", "404 ", "299 \u00e4", "599 x")
                    .map(
                        status ->
                            "HTTP/1.1 "
                                + status
                                + "\r\n"
                                + header
                                + "\r\nContent-Length: 2\r\n\r\nok"));
  }

  @ParameterizedTest
  @MethodSource("responses")
  void aResponseIsTheSame(String response) throws Exception {
    upstream.answer(response);
    String request = "GET / HTTP/1.1\r\nHost: shop.example" + END;
    Reply plain = ask(request, "no");
    Reply seen = ask(request, "yes");
    assertThat(seen.head().line()).isEqualTo(plain.head().line());
    assertThat(seen.body()).isEqualTo(plain.body());
    assertThat(own(seen)).containsExactlyInAnyOrderElementsOf(own(plain));
  }

  private static List<String> own(Reply reply) {
    return fields(reply.head().text()).stream()
        .filter(line -> !OWN.contains(line.substring(0, line.indexOf(':'))))
        .toList();
  }
}
