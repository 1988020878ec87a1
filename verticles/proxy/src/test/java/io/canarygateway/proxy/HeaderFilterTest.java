package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.canarygateway.config.ConfigException;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.ReceivedRequest;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.canarygateway.fixtures.VerticleHost;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The filters of a route that change headers, and {@code preserve-host}. */
class HeaderFilterTest {

  @RegisterExtension
  static final ScriptedGateway filtered =
      with(
          """
          {"request-headers": {
             "set": {"X-Env": "prod", "X-Forwarded-Proto": "https", "Accept-Encoding": "br"},
             "add": {"X-Tag": "added"},
             "remove": ["X-Secret", "X-Forwarded-For"]},
           "response-headers": {
             "set": {"Server": "hidden", "Set-Cookie": "a=b"},
             "add": {"Vary": "X-Env"},
             "remove": ["X-Powered-By", "Date"]},
           "rollout": {"canary": 0.5}}
          """);

  @RegisterExtension static final ScriptedGateway keepsHost = with("{\"preserve-host\": true}");

  @RegisterExtension
  static final ScriptedGateway namesHost =
      with(
          """
          {"preserve-host": true, "main-header-host": "main.test",
           "canary-header-host": "canary.test"}
          """);

  private static ScriptedGateway with(String settings) {
    return ProxyFixture.scripted(config -> config.mergeIn(new JsonObject(settings)));
  }

  private static ReceivedRequest received(String... fields) throws Exception {
    assertThat(filtered.get("/", fields).status()).isEqualTo(200);
    return filtered.upstream().only();
  }

  @Test
  void setReplacesEveryLineOfTheNameInAnyCase() throws Exception {
    ReceivedRequest request = received("x-env: dev", "X-ENV: test", "X-Env-Other: stays");
    assertThat(request.headers("X-Env")).containsExactly("prod");
    assertThat(request.headers("X-Env-Other")).containsExactly("stays");
  }

  @Test
  void setAddsWhatIsMissing() throws Exception {
    assertThat(received().headers("X-Env")).containsExactly("prod");
  }

  @Test
  void addKeepsWhatArrived() throws Exception {
    assertThat(received("X-Tag: one", "x-tag: two").headers("X-Tag"))
        .containsExactly("one", "two", "added");
  }

  @Test
  void removeRemovesEveryLine() throws Exception {
    assertThat(received("X-Secret: 1", "x-secret: 2").head().names()).doesNotContain("x-secret");
  }

  /** Servers that turn header names into variables take both spellings for one header. */
  @ParameterizedTest
  @ValueSource(strings = {"X_Env: dev", "x_secret: 1", "X_SECRET: 1"})
  void spellingsWithUnderscoresDoNotOutliveAFilter(String field) throws Exception {
    assertThat(received(field).head().fields()).doesNotContain(field);
  }

  @Test
  void aClientCannotTakeAwayWhatAFilterSets() throws Exception {
    ReceivedRequest request = received("Connection: X-Env, X-Tag", "X-Tag: one");
    assertThat(request.headers("X-Env")).containsExactly("prod");
    assertThat(request.headers("X-Tag")).containsExactly("added");
  }

  @Test
  void aFilterHasTheLastSayOnHeadersThatTheGatewaySets() throws Exception {
    ReceivedRequest request = received("X-Forwarded-For: 1.2.3.4", "X-Forwarded-Proto: http");
    assertThat(request.headers("X-Forwarded-For")).isEmpty();
    assertThat(request.headers("X-Forwarded-Proto")).containsExactly("https");
    assertThat(request.headers("X-Forwarded-Host")).containsExactly("client.test");
    assertThat(request.headers("Via")).hasSize(1);
  }

  @Test
  void theGatewayAsksForNoGzipIfAFilterSaysWhatIsAccepted() throws Exception {
    assertThat(received().headers("Accept-Encoding")).containsExactly("br");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Via", "via", "Host", "Content-Length", "Transfer_Encoding", "Connection", "TE"})
  void whatFramesOrCarriesAMessageCannotBeChanged(String name) {
    for (String changes :
        List.of(
            "{\"set\": {\"%s\": \"x\"}}", "{\"add\": {\"%s\": \"x\"}}", "{\"remove\": [\"%s\"]}")) {
      JsonObject config =
          new JsonObject()
              .put("main-target", "http://m")
              .put("canary-target", "http://c")
              .put("response-headers", new JsonObject(changes.formatted(name)));
      assertThatThrownBy(() -> VerticleHost.values(config))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("response-headers");
    }
  }

  @Test
  void responsesAreChangedToo() throws Exception {
    filtered
        .upstream()
        .answer(
            "HTTP/1.1 200 OK\r\nserver: nginx\r\nX-Powered-By: x\r\nx_powered_by: y\r\n"
                + "Vary: Accept\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
                + "Content-Length: 2\r\n\r\nok");
    Reply reply = filtered.get("/");
    assertThat(reply.body()).isEqualTo("ok");
    assertThat(reply.headers("Server")).containsExactly("hidden");
    assertThat(reply.headers("Vary")).containsExactly("Accept", "X-Env");
    assertThat(reply.head().names()).doesNotContain("x-powered-by", "x_powered_by", "date");
    assertThat(reply.headers("Via")).hasSize(1);
  }

  /** Without the sticky cookie, each request of a client could go to another target. */
  @Test
  void theStickyCookieStaysIfSetCookieIsSet() throws Exception {
    filtered.upstream().answer("HTTP/1.1 200 OK\r\nSet-Cookie: c=d\r\nContent-Length: 2\r\n\r\nok");
    List<String> cookies = filtered.get("/").headers("Set-Cookie");
    assertThat(cookies).hasSize(2).contains("a=b");
    assertThat(cookies.get(1)).startsWith("maxwellsdaemon=0.");
  }

  @Test
  void headAndNotModifiedAreChangedAsWell() throws Exception {
    filtered.upstream().answer("HTTP/1.1 304 Not Modified\r\nServer: nginx\r\n\r\n");
    assertThat(filtered.get("/").headers("Server")).containsExactly("hidden");
    filtered.upstream().answer("HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 9\r\n\r\n");
    Reply head = filtered.ask(ScriptedGateway.request("HEAD / HTTP/1.1"));
    assertThat(head.headers("Server")).containsExactly("hidden");
    assertThat(head.headers("Content-Length")).containsExactly("9");
  }

  @Test
  void interimResponsesStayAsTheyAre() throws Exception {
    filtered
        .upstream()
        .answer("HTTP/1.1 103 Early Hints\r\nServer: nginx\r\n\r\n" + ScriptedUpstream.OK);
    try (RawSocket client = filtered.client()) {
      client.send(ScriptedGateway.request("GET / HTTP/1.1"));
      Reply hints = client.reply();
      assertThat(hints.status()).isEqualTo(103);
      assertThat(hints.head().fields()).containsExactly("Server: nginx");
      assertThat(client.reply().headers("Server")).containsExactly("hidden");
    }
  }

  @Test
  void aChangeOfProtocolIsChanged() throws Exception {
    filtered
        .upstream()
        .script(
            (request, link) ->
                link.send(
                        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                            + "Upgrade: foo\r\nServer: nginx\r\n\r\n")
                    .close());
    Reply reply = filtered.get("/", "Connection: Upgrade", "Upgrade: foo");
    assertThat(reply.status()).isEqualTo(101);
    assertThat(reply.headers("Server")).containsExactly("hidden");
    assertThat(reply.headers("Upgrade")).containsExactly("foo");
  }

  @Test
  void errorsOfTheGatewayAreNotChanged() throws Exception {
    filtered.upstream().script((request, link) -> link.readBody().close());
    Reply reply = filtered.ask(ScriptedGateway.request("POST / HTTP/1.1", "Content-Length: 0"));
    assertThat(reply.status()).isEqualTo(502);
    assertThat(reply.headers("Server")).isEmpty();
    assertThat(reply.headers("Date")).hasSize(1);
  }

  @Test
  void theClientsHostIsKept() throws Exception {
    keepsHost.ask("GET / HTTP/1.1\r\nHost: shop.test:8443\r\n\r\n");
    assertThat(keepsHost.upstream().only().headers("Host")).containsExactly("shop.test:8443");
  }

  @Test
  void theHostOfAnAbsoluteTargetIsTheClients() throws Exception {
    keepsHost.ask("GET http://shop.test/a HTTP/1.1\r\nHost: other.test\r\n\r\n");
    assertThat(keepsHost.upstream().only().headers("Host")).containsExactly("shop.test");
    assertThat(keepsHost.upstream().only().target()).isEqualTo("/a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost:\r\n\r\n"})
  void aClientWithoutAHostGetsTheTargets(String request) throws Exception {
    keepsHost.ask(request);
    assertThat(keepsHost.upstream().only().headers("Host"))
        .containsExactly("127.0.0.1:" + keepsHost.upstream().port());
  }

  @Test
  void aHostThatIsSetForATargetComesFirst() throws Exception {
    namesHost.get("/");
    namesHost.get("/", "X-Canary: true");
    assertThat(namesHost.upstream().received())
        .extracting(request -> request.header("Host"))
        .containsExactly("main.test", "canary.test");
  }
}
