package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods that mean something to a gateway. */
class RequestMethodsTest {

  @RegisterExtension static final ScriptedGateway gateway = ProxyFixture.scripted();

  @Test
  void optionsOfTheServerStayThat() throws Exception {
    assertThat(gateway.ask(ScriptedGateway.request("OPTIONS * HTTP/1.1")).status()).isEqualTo(200);
    assertThat(gateway.upstream().only().line()).isEqualTo("OPTIONS * HTTP/1.1");
  }

  @Test
  void optionsOfTheServerKnowNoPrefixAndNoBasePath() throws Exception {
    try (ScriptedGateway based =
        ProxyFixture.scripted(
                config ->
                    new JsonObject()
                        .put("main-target", config.getString("main-target") + "/base?k=v")
                        .put("canary-target", config.getString("canary-target"))
                        .put("trim-prefix", "/"))
            .start()) {
      assertThat(based.ask(ScriptedGateway.request("OPTIONS * HTTP/1.1")).status()).isEqualTo(200);
      assertThat(based.upstream().only().line()).isEqualTo("OPTIONS * HTTP/1.1");
    }
  }

  /** RFC 9112 3.2.4: the last proxy of the chain says {@code *}. */
  @Test
  void optionsOfAnAbsoluteUriWithoutPathAreOfTheServer() throws Exception {
    gateway.ask(ScriptedGateway.request("OPTIONS http://e.test:8001 HTTP/1.1"));
    assertThat(gateway.upstream().only().line()).isEqualTo("OPTIONS * HTTP/1.1");
    assertThat(gateway.upstream().only().header("X-Forwarded-Host")).isEqualTo("e.test:8001");
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "/", "/a"})
  void optionsThatMayGoNoFurtherAreAnsweredHere(String target) throws Exception {
    Reply reply =
        gateway.ask(ScriptedGateway.request("OPTIONS " + target + " HTTP/1.1", "Max-Forwards: 0"));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEmpty();
    assertThat(reply.headers("Allow")).isNotEmpty();
    assertThat(reply.end()).isEqualTo(Reply.End.FRAMED);
    gateway.assertNothingReachedUpstream();
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "10, 9", "010, 9"})
  void optionsThatMayGoFurtherCountDown(String before, String after) throws Exception {
    gateway.ask(ScriptedGateway.request("OPTIONS / HTTP/1.1", "Max-Forwards: " + before));
    assertThat(gateway.upstream().only().header("Max-Forwards")).isEqualTo(after);
  }

  @Test
  void otherMethodsDoNotCountDown() throws Exception {
    assertThat(gateway.get("/", "Max-Forwards: 0").status()).isEqualTo(200);
    assertThat(gateway.upstream().only().header("Max-Forwards")).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TRACE / HTTP/1.1",
        "TRACE * HTTP/1.1",
        "CONNECT e.test:443 HTTP/1.1",
        "CONNECT / HTTP/1.1",
        "TRACE / HTTP/1.0"
      })
  void traceAndConnectAreNotForClientsOfAGateway(String line) throws Exception {
    Reply reply = gateway.ask(ScriptedGateway.request(line, "Cookie: secret"));
    assertThat(reply.status()).isIn(line.startsWith("TRACE *") ? List.of(400, 405) : List.of(405));
    assertThat(reply.body()).doesNotContain("secret");
    gateway.assertRefused(ScriptedGateway.request(line), reply.status());
  }

  /** RFC 9110 15.5.6. */
  @Test
  void anAnswerThatAMethodIsNotAllowedSaysWhichAre() throws Exception {
    String allow = gateway.ask(ScriptedGateway.request("TRACE / HTTP/1.1")).header("Allow");
    assertThat(allow).isNotNull();
    assertThat(Arrays.asList(allow.split(", *")))
        .contains("GET")
        .doesNotContain("TRACE", "CONNECT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "DELETE", "OPTIONS", "FOO"})
  void healthIsAnsweredWhateverTheMethod(String method) throws Exception {
    Reply reply = gateway.ask(ScriptedGateway.request(method + " /application/health HTTP/1.1"));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("OK");
    gateway.assertNothingReachedUpstream();
  }

  @Test
  void healthToHeadHasNoBody() throws Exception {
    try (RawSocket client = gateway.client()) {
      client.send(
          ScriptedGateway.request("HEAD /application/health HTTP/1.1") + ScriptedGateway.SECOND);
      assertThat(client.reply("HEAD").status()).isEqualTo(200);
      assertThat(client.reply().body()).isEqualTo("ok");
    }
  }

  @Test
  void anErrorToHeadHasNoBody() throws Exception {
    gateway.upstream().script((request, link) -> link.close());
    try (RawSocket client = gateway.client()) {
      client.send(ScriptedGateway.request("HEAD / HTTP/1.1", "Connection: close"));
      assertThat(client.reply("HEAD").status()).isEqualTo(502);
      assertThat(client.readAll()).isEmpty();
    }
  }
}
