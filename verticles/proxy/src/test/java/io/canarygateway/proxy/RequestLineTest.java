package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first line of a request, and the ends of all lines: read by the letter. */
class RequestLineTest {

  @RegisterExtension static final ScriptedGateway gateway = ProxyFixture.scripted();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET  / HTTP/1.1",
        "GET /  HTTP/1.1",
        "GET / HTTP/1.1 ",
        " GET / HTTP/1.1",
        "GET\t/ HTTP/1.1",
        "GET /\tHTTP/1.1",
        "GET\u000b/ HTTP/1.1",
        "GET /\u000bHTTP/1.1",
        "GET /\u000cHTTP/1.1",
        "GET /\u00a0HTTP/1.1",
        "GET / \rHTTP/1.1",
        "GET / HTTP/1.1\r",
        "GET /a b HTTP/1.1",
        "GET /a\tb HTTP/1.1",
        "GET /\u0000 HTTP/1.1",
        "GET /\u0001 HTTP/1.1",
        "GET /\u001f HTTP/1.1",
        "GET /\u007f HTTP/1.1",
        "GET /a#frag HTTP/1.1",
        "GET /# HTTP/1.1",
        "GET  HTTP/1.1",
        "GET HTTP/1.1",
        "GET",
        "GET /",
        "GET / ",
        " ",
        "GET / HTTP/11",
        "GET / HTTP/1",
        "GET / HTTP/1.",
        "GET / HTTP/.1",
        "GET / HTTP/01.1",
        "GET / HTTP/1.10",
        "GET / HTTP/1.1x",
        "GET / HTTP/1,1",
        "GET / http/1.1",
        "GET / Http/1.1",
        "GET / HTTPS/1.1",
        "GET / FTP/1.1",
        "GET / HTTP /1.1",
        "G(T / HTTP/1.1",
        "GET: / HTTP/1.1",
        "G\u00cbT / HTTP/1.1",
        "G\u0000T / HTTP/1.1",
        "\"GET\" / HTTP/1.1"
      })
  void whatIsNoRequestLineIsRefused(String line) throws Exception {
    gateway.assertRefused(line + "\r\nHost: x\r\n\r\n", 400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.2", "HTTP/1.9", "HTTP/2.0", "HTTP/3.0", "HTTP/0.9", "HTTP/9.9"})
  void otherVersionsAre505(String version) throws Exception {
    gateway.assertRefused("GET / " + version + "\r\nHost: x\r\n\r\n", 505);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.0",
        "GET / HTTP/1.1",
        "GET / HTTP/1.2",
        "GET / HTTP/2.0",
        "GET /",
        "x",
        "G(T / HTTP/1.0"
      })
  void everyAnswerIsOfHttp11(String line) throws Exception {
    assertThat(gateway.raw(line + "\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 ");
  }

  @Test
  void thePrefaceOfHttp2IsRefused() throws Exception {
    String reply = gateway.raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    assertThat(reply).matches("(?s)HTTP/1\\.1 (400|505) .*");
    gateway.awaitQuiet();
    gateway.assertNothingReachedUpstream();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"PROPFIND", "get", "M-SEARCH", "A", "!#$%&'*+-.^_`|~09", "VERSION-CONTROL", "PRI"})
  void unknownMethodsPassAsTheyAre(String method) throws Exception {
    assertThat(gateway.ask(ScriptedGateway.request(method + " / HTTP/1.1")).status())
        .isEqualTo(200);
    assertThat(gateway.upstream().only().method()).isEqualTo(method);
  }

  @Test
  void aFewEmptyLinesBeforeARequestAreSkipped() throws Exception {
    List<Reply> replies =
        gateway.replies(
            "\r\n\r\n"
                + ScriptedGateway.request("POST /first HTTP/1.1", "Content-Length: 2")
                + "ab\r\n"
                + ScriptedGateway.SECOND);
    assertThat(replies).extracting(Reply::status).containsExactly(200, 200);
    assertThat(gateway.upstream().lines())
        .containsExactly("POST /first HTTP/1.1", "GET /second HTTP/1.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\u0000", " \r\n", "\t\r\n"})
  void anythingElseBeforeARequestIsRefused(String before) throws Exception {
    gateway.assertRefused(before + "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\nHost: x\n\n",
        "GET / HTTP/1.1\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: y\nGET /hidden HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\rHost: x\r\r"
      })
  void linesThatDoNotEndInCrlfAreRefused(String request) throws Exception {
    gateway.assertRefused(request, 400);
  }

  @Test
  void aLineOf8000BytesPasses() throws Exception {
    String target = "/" + "a".repeat(8000 - "GET / HTTP/1.1".length());
    assertThat(gateway.get(target).status()).isEqualTo(200);
    assertThat(gateway.upstream().only().target()).isEqualTo(target);
  }
}
