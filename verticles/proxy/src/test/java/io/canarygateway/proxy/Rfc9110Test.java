package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requirements of RFC 9110 (HTTP semantics) on an intermediary that no test of another subject
 * covers; {@code verticles/proxy/CONFORMANCE.md} lists them all.
 */
class Rfc9110Test {

  @RegisterExtension static final ScriptedGateway gateway = ProxyFixture.scripted();

  private static void answer(String status, String... fields) {
    gateway
        .upstream()
        .answer(
            "HTTP/1.1 "
                + status
                + "\r\n"
                + String.join("", List.of(fields).stream().map(field -> field + "\r\n").toList())
                + "Content-Length: 2\r\n\r\nok");
  }

  /** 15: every final status is the upstream's own affair. */
  @ParameterizedTest
  @ValueSource(
      ints = {
        200, 201, 202, 203, 206, 207, 226, 299, 300, 301, 302, 303, 305, 307, 308, 399, 400, 401,
        402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421,
        422, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 508, 511, 599
      })
  void everyFinalStatusPasses(int status) throws Exception {
    answer(status + " As Upstream Says");
    Reply reply = gateway.get("/");
    assertThat(reply.head().line()).isEqualTo("HTTP/1.1 " + status + " As Upstream Says");
    assertThat(reply.body()).isEqualTo("ok");
    assertThat(reply.saysClose()).isFalse();
  }

  /** 13 and 14: conditions and ranges are between client and upstream. */
  @Test
  void conditionsAndRangesPassWithTheirAnswers() throws Exception {
    String[] asked = {
      "If-None-Match: W/\"a\", \"b\"",
      "If-Match: *",
      "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
      "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
      "If-Range: \"a\"",
      "Range: bytes=0-1, 5-"
    };
    String[] answered = {
      "ETag: W/\"a\"",
      "Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT",
      "Content-Range: bytes 0-1/10",
      "Accept-Ranges: bytes",
      "Vary: *"
    };
    answer("206 Partial Content", answered);
    Reply reply = gateway.get("/", asked);
    assertThat(gateway.upstream().only().head().fields()).contains(asked);
    assertThat(reply.head().fields()).contains(answered);
    assertThat(reply.status()).isEqualTo(206);
  }

  /** 12: what a client accepts is passed on as it is, if it says so at all. */
  @Test
  void negotiationPasses() throws Exception {
    String[] asked = {
      "Accept: text/html;q=0.9, */*",
      "Accept-Encoding: br;q=1.0, identity",
      "Accept-Language: de",
      "Accept-Charset: utf-8"
    };
    answer("200 OK", "Content-Encoding: br", "Content-Language: de", "Vary: Accept-Encoding");
    Reply reply = gateway.get("/", asked);
    assertThat(gateway.upstream().only().head().fields()).contains(asked);
    assertThat(reply.head().fields()).contains("Content-Encoding: br", "Content-Language: de");
    assertThat(reply.body()).isEqualTo("ok");
  }

  /** 11: credentials are for the upstream, but for those that are for a proxy. */
  @Test
  void credentialsPassButForAProxys() throws Exception {
    answer("401 Unauthorized", "WWW-Authenticate: Basic realm=\"a\", Bearer", "Set-Cookie: a=b");
    Reply reply = gateway.get("/", "Authorization: Basic abc", "Proxy-Authorization: Basic def");
    assertThat(gateway.upstream().only().headers("Authorization")).containsExactly("Basic abc");
    assertThat(gateway.upstream().only().headers("Proxy-Authorization")).isEmpty();
    assertThat(reply.headers("WWW-Authenticate")).containsExactly("Basic realm=\"a\", Bearer");
  }

  /** 5.1: unknown fields are passed on, 7.6.1: unless Connection names them. */
  @Test
  void unknownFieldsPassBothWays() throws Exception {
    answer("200 OK", "X-Unknown-Answer: 1");
    Reply reply = gateway.get("/", "X-Unknown: 1", "Sec-Future: 2", "Priority: u=1");
    assertThat(gateway.upstream().only().head().fields())
        .contains("X-Unknown: 1", "Sec-Future: 2", "Priority: u=1");
    assertThat(reply.header("X-Unknown-Answer")).isEqualTo("1");
  }

  /** 7.6.1: a name in Connection that no field has is nothing. */
  @Test
  void connectionMayNameWhatIsNotThere() throws Exception {
    assertThat(gateway.get("/", "Connection: X-None, , ,\t", "X-Kept: 1").status()).isEqualTo(200);
    assertThat(gateway.upstream().only().head().names())
        .contains("x-kept")
        .doesNotContain("connection");
  }

  /** 7.7: nothing but the authority of a target is changed. */
  @Test
  void pathAndQueryAreNotRewritten() throws Exception {
    String target = "/%7Euser/../%7euser//.;a=b/?q=%41&&&#".replace("#", "");
    gateway.get(target);
    assertThat(gateway.upstream().only().target()).isEqualTo(target);
  }

  /** 6.4.1 and 8.3: content of unknown type and no type passes by the byte. */
  @Test
  void contentPassesByTheByte() throws Exception {
    StringBuilder every = new StringBuilder();
    for (int i = 0; i < 512; i++) {
      every.append((char) (i & 0xff));
    }
    gateway
        .upstream()
        .script(
            (request, link) ->
                link.readBody().send("HTTP/1.1 200 OK\r\nContent-Length: 512\r\n\r\n" + every));
    Reply reply =
        gateway.ask(ScriptedGateway.request("POST / HTTP/1.1", "Content-Length: 512") + every);
    assertThat(reply.body()).isEqualTo(every.toString());
    assertThat(gateway.upstream().only().body()).isEqualTo(every.toString());
    assertThat(reply.header("Content-Type")).isNull();
  }
}
