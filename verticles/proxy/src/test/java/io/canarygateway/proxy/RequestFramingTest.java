package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a request ends: one end for all, or none at all. */
class RequestFramingTest {

  @RegisterExtension static final ScriptedGateway gateway = ProxyFixture.scripted();

  private static String post(String body, String... fields) {
    return ScriptedGateway.request("POST /first HTTP/1.1", fields) + body;
  }

  private static void assertPasses(String request, String body) throws Exception {
    List<Reply> replies = gateway.replies(request + ScriptedGateway.SECOND);
    assertThat(replies).extracting(Reply::body).containsExactly("ok", "ok");
    assertThat(gateway.upstream().lines()).hasSize(2).last().isEqualTo("GET /second HTTP/1.1");
    assertThat(gateway.upstream().received().get(0).body()).isEqualTo(body);
    assertThat(gateway.upstream().faults()).isEmpty();
  }

  @Test
  void webSocketKeysOfOldAreOrdinaryHeaders() throws Exception {
    assertPasses(
        ScriptedGateway.request(
            "GET /first HTTP/1.1",
            "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5",
            "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00"),
        "");
    assertThat(gateway.upstream().received().get(0).head().names())
        .contains("sec-websocket-key1", "sec-websocket-key2");
  }

  @Test
  void webSocketKeysOfOldChangeNoBody() throws Exception {
    assertPasses(
        post(
            "12345678",
            "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5",
            "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00",
            "Content-Length: 8"),
        "12345678");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length",
        "content-length, x",
        "x,CONTENT-LENGTH",
        "Host",
        "Host, Content-Length",
        "Transfer-Encoding",
        "Expect",
        "Trailer"
      })
  void connectionTokensTakeNoFramingOff(String tokens) throws Exception {
    assertPasses(post("hello", "Connection: " + tokens, "Content-Length: 5"), "hello");
    gateway.upstream().reset();
    assertPasses(
        post("5\r\nhello\r\n0\r\n\r\n", "Connection: " + tokens, "Transfer-Encoding: chunked"),
        "hello");
  }

  static Stream<Arguments> codings() {
    return Stream.of(
        Arguments.of("chunked, chunked", 400),
        Arguments.of("chunked\r\nTransfer-Encoding: chunked", 400),
        Arguments.of("chunked\r\nTransfer-Encoding: gzip", 400),
        Arguments.of("chunked\r\nX: y\r\ntransfer-encoding: identity", 400),
        Arguments.of("chunked, gzip", 400),
        Arguments.of("chunked\u000b", 400),
        Arguments.of("chunked\r\nContent-Length: 5", 400),
        Arguments.of("chunked\r\nContent-Length: 0", 400),
        Arguments.of("gzip", 501),
        Arguments.of("identity", 501),
        Arguments.of("gzip, chunked", 501),
        Arguments.of("gzip\r\nTransfer-Encoding: chunked", 501),
        Arguments.of("xchunked", 501));
  }

  @ParameterizedTest
  @MethodSource("codings")
  void transferEncodingsThatAreNotOneChunkedAreRefused(String value, int status) throws Exception {
    gateway.assertRefused(post("0\r\n\r\n", "Transfer-Encoding: " + value), status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "''",
        "'\"chunked\"'",
        "chunked;q=1",
        "chunked x",
        ",chunked,",
        "chun\u00a0ked",
        "chunked\u00a0"
      })
  void oddTransferEncodingsAreRefused(String value) throws Exception {
    gateway.assertRefused(post("0\r\n\r\n", "Transfer-Encoding: " + value), 400, 501);
  }

  @ParameterizedTest
  @ValueSource(strings = {"chunked", "CHUNKED", "\tChunked \t"})
  void chunkedIsKnownInAnyCase(String value) throws Exception {
    assertPasses(post("5\r\nhello\r\n0\r\n\r\n", "Transfer-Encoding: " + value), "hello");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "+5",
        "-5",
        "5 5",
        "5,5",
        "5, 6",
        "5;",
        "0x5",
        "5.0",
        "5e0",
        "\"5\"",
        "1_0",
        "\u00b2",
        "5\u00a0",
        "1234567890123456789",
        "18446744073709551621",
        "00000000000000000000000005"
      })
  void lengthsThatAreNotDigitsAreRefused(String value) throws Exception {
    gateway.assertRefused(post("hello", "Content-Length: " + value), 400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.0", "HTTP/1.1"})
  void severalLengthsAreRefused(String version) throws Exception {
    for (String second : List.of("5", "6")) {
      String[] fields = {"Content-Length: 5", "X: y", "content-length: " + second};
      gateway.assertRefused(ScriptedGateway.request("POST / " + version, fields) + "hello!", 400);
    }
  }

  @Test
  void http10WithChunkedIsRefused() throws Exception {
    gateway.assertRefused(
        "POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "005", " 5\t"})
  void aLengthMayHaveZerosAndSpaceAroundIt(String value) throws Exception {
    assertPasses(post("hello", "Content-Length:" + value), "hello");
  }

  @Test
  void aLengthOf18DigitsIsALength() throws Exception {
    try (RawSocket client = gateway.client()) {
      client.send(post("begin", "Content-Length: 999999999999999999"));
      await().until(() -> gateway.upstream().received().size() == 1);
      assertThat(gateway.upstream().only().header("Content-Length"))
          .isEqualTo("999999999999999999");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "DELETE", "OPTIONS", "PROPFIND", "get"})
  void everyMethodMayHaveABody(String method) throws Exception {
    String hidden = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n";
    try (RawSocket client = gateway.client()) {
      client.send(
          ScriptedGateway.request(method + " /first HTTP/1.1", "Content-Length: " + hidden.length())
              + hidden
              + ScriptedGateway.SECOND);
      assertThat(client.reply(method).status()).isEqualTo(200);
      assertThat(client.reply().body()).isEqualTo("ok");
    }
    assertThat(gateway.upstream().lines())
        .containsExactly(method + " /first HTTP/1.1", "GET /second HTTP/1.1");
    assertThat(gateway.upstream().received().get(0).body()).isEqualTo(hidden);
  }

  @Test
  void aPostWithoutLengthHasNoBody() throws Exception {
    assertPasses(post(""), "");
  }

  @Test
  void aRequestMayComeByteByByte() throws Exception {
    String request =
        post("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Trailer: z\r\n\r\n", "Transfer-Encoding: chunked")
            + ScriptedGateway.SECOND;
    try (RawSocket client = gateway.client()) {
      for (char next : request.toCharArray()) {
        client.send(String.valueOf(next));
      }
      assertThat(client.replies()).extracting(Reply::body).containsExactly("ok", "ok");
    }
    assertThat(gateway.upstream().received().get(0).body()).isEqualTo("abcde");
  }

  @Test
  void pipelinedRequestsRunInOrder() throws Exception {
    gateway
        .upstream()
        .script(
            (request, link) ->
                link.readBody()
                    .send(
                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
                            + request.target().substring(1, 3)));
    StringBuilder all = new StringBuilder();
    for (int i = 10; i < 60; i++) {
      all.append(ScriptedGateway.request("POST /" + i + " HTTP/1.1", "Content-Length: 2"))
          .append(i);
    }
    List<Reply> replies = gateway.replies(all + ScriptedGateway.SECOND);
    assertThat(replies).hasSize(51);
    for (int i = 0; i < 50; i++) {
      assertThat(replies.get(i).body()).isEqualTo(String.valueOf(i + 10));
      assertThat(gateway.upstream().received().get(i).body()).isEqualTo(String.valueOf(i + 10));
    }
  }
}
