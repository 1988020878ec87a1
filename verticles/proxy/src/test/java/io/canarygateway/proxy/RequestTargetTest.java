package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.ScriptedGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms that a request's target may have, and the target that upstreams get of it. */
class RequestTargetTest {

  @RegisterExtension static final ScriptedGateway gateway = ProxyFixture.scripted();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET x HTTP/1.1",
        "GET ?x HTTP/1.1",
        "GET * HTTP/1.1",
        "POST * HTTP/1.1",
        "OPTIONS ** HTTP/1.1",
        "OPTIONS *x HTTP/1.1",
        "OPTIONS *?x HTTP/1.1",
        "GET e.test:80 HTTP/1.1",
        "GET ftp://e.test/ HTTP/1.1",
        "GET ws://e.test/ HTTP/1.1",
        "GET file:///etc/passwd HTTP/1.1",
        "GET httpx://e.test/ HTTP/1.1",
        "GET javascript:alert(1) HTTP/1.1",
        "GET http: HTTP/1.1",
        "GET http:/ HTTP/1.1",
        "GET http:/a HTTP/1.1",
        "GET http:e.test/ HTTP/1.1",
        "GET http:// HTTP/1.1",
        "GET http:/// HTTP/1.1",
        "GET http:///a HTTP/1.1",
        "GET http://?a HTTP/1.1",
        "GET http://:80/ HTTP/1.1",
        "GET http://user@e.test/ HTTP/1.1",
        "GET http://user:word@e.test/ HTTP/1.1",
        "GET http://@e.test/ HTTP/1.1",
        "GET http://e.test@evil.test/ HTTP/1.1",
        "GET http://e.test\\@evil.test/ HTTP/1.1",
        "GET http://e.test:x/ HTTP/1.1",
        "GET http://e.test:80:80/ HTTP/1.1",
        "GET http://[::1/ HTTP/1.1",
        "GET http://::1]/ HTTP/1.1",
        "GET http://e.test/#a HTTP/1.1"
      })
  void targetsOfNoKnownFormAreRefused(String line) throws Exception {
    gateway.assertRefused(line + "\r\nHost: x\r\n\r\n", 400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://e.test?u=/admin | /?u=/admin | e.test",
        "http://e.test | / | e.test",
        "http://e.test/ | / | e.test",
        "http://e.test/a?b=c | /a?b=c | e.test",
        "HTTP://e.test/a | /a | e.test",
        "https://e.test/a | /a | e.test",
        "http://e.test:8080/a | /a | e.test:8080",
        "http://[::1]:80/a | /a | [::1]:80",
        "http://e.test//a | //a | e.test",
        "http://e.test/a?b=http://c.test/ | /a?b=http://c.test/ | e.test",
        "http://e.test/a@b | /a@b | e.test",
        "http://e.test?@b | /?@b | e.test"
      })
  void anAbsoluteTargetIsSplitAsUrisAre(String target, String path, String host) throws Exception {
    assertThat(gateway.ask(ScriptedGateway.request("GET " + target + " HTTP/1.1")).status())
        .isEqualTo(200);
    assertThat(gateway.upstream().only().target()).isEqualTo(path);
    assertThat(gateway.upstream().only().header("X-Forwarded-Host")).isEqualTo(host);
    assertThat(gateway.upstream().only().header("Host"))
        .isEqualTo("127.0.0.1:" + gateway.upstream().port());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "//",
        "//e.test/a",
        "/a//b",
        "/a/../b",
        "/./a",
        "/%2e%2e/a",
        "/%2F%00%0a",
        "/a;b=c",
        "/a?",
        "/a??b?c",
        "/a?b=c&b=%20+d",
        "/a?b=//c",
        "/:a@b",
        "/%zz",
        "/!$&'()*+,=~[]{}|\\^`\"<>"
      })
  void aPathPassesAsItIs(String target) throws Exception {
    assertThat(gateway.get(target).status()).isEqualTo(200);
    assertThat(gateway.upstream().only().line()).isEqualTo("GET " + target + " HTTP/1.1");
  }

  @Test
  void bytesBeyondAsciiAreEncoded() throws Exception {
    assertThat(gateway.get("/\u00c3\u00a9?q=\u00ff\u0080").status()).isEqualTo(200);
    assertThat(gateway.upstream().only().target()).isEqualTo("/%C3%A9?q=%FF%80");
  }
}
