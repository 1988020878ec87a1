package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.ReceivedRequest;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What upstreams learn of the client and the way of its request, and whom they may believe. */
class ForwardedHeadersTest {

  /** The gateway's own entry: its pseudonym has an id of the process. */
  private static final String VIA = "1\\.1 canary-gateway-[0-9a-f]{12}";

  @RegisterExtension static final ScriptedGateway everybody = ProxyFixture.scripted();
  @RegisterExtension static final ScriptedGateway trusting = trusting("127.0.0.0/8");
  @RegisterExtension static final ScriptedGateway strict = trusting("10.0.0.0/8");

  /** By whose forwarding headers count: everybody's, 127.0.0.1's, or those of 10.0.0.0/8. */
  private static final Map<String, ScriptedGateway> gateways =
      Map.of("everybody", everybody, "trusting", trusting, "strict", strict);

  private static ScriptedGateway trusting(String range) {
    return ProxyFixture.scripted(
        config ->
            config
                .put("trusted-proxies", new JsonArray().add(range))
                .put("strategy", "rollout")
                .put("rollout", new JsonObject().put("canary", 0.5).put("key-header", "X-User")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"everybody", "trusting", "strict"})
  void whatTheClientDoesNotSayIsSet(String name) throws Exception {
    ScriptedGateway gateway = gateways.get(name);
    gateway.get("/");
    ReceivedRequest seen = gateway.upstream().only();
    assertThat(seen.headers("X-Forwarded-For")).containsExactly("127.0.0.1");
    assertThat(seen.headers("X-Forwarded-Proto")).containsExactly("http");
    assertThat(seen.headers("X-Forwarded-Host")).containsExactly("client.test");
    assertThat(seen.headers("Via")).singleElement().asString().matches(VIA);
  }

  @ParameterizedTest
  @ValueSource(strings = {"everybody", "trusting"})
  void whatATrustedPeerSaysIsKept(String name) throws Exception {
    ScriptedGateway gateway = gateways.get(name);
    gateway.get(
        "/",
        "X-Forwarded-For: 1.2.3.4",
        "X-Forwarded-For: 5.6.7.8",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Host: shop.test",
        "X-Forwarded-Port: 443",
        "Forwarded: for=1.2.3.4",
        "X-Real-IP: 1.2.3.4");
    ReceivedRequest seen = gateway.upstream().only();
    assertThat(String.join(", ", seen.headers("X-Forwarded-For")))
        .isEqualTo("1.2.3.4, 5.6.7.8, 127.0.0.1");
    assertThat(seen.headers("X-Forwarded-Proto")).containsExactly("https");
    assertThat(seen.headers("X-Forwarded-Host")).containsExactly("shop.test");
    assertThat(seen.headers("X-Forwarded-Port")).containsExactly("443");
    assertThat(seen.headers("Forwarded")).containsExactly("for=1.2.3.4");
    assertThat(seen.headers("X-Real-IP")).containsExactly("1.2.3.4");
  }

  @Test
  void whatAnotherSaysIsDropped() throws Exception {
    strict.get(
        "/",
        "X-Forwarded-For: 1.2.3.4",
        "x-forwarded-for: 5.6.7.8",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Host: evil.test",
        "X-Forwarded-Port: 443",
        "X-Forwarded-Prefix: /admin",
        "X-Forwarded-Whatever: 1",
        "Forwarded: for=1.2.3.4",
        "X-Real-IP: 1.2.3.4",
        "X-Canary: true",
        "maxwellsdaemon: 0.1",
        "X-User: 7");
    ReceivedRequest seen = strict.upstream().only();
    assertThat(seen.headers("X-Forwarded-For")).containsExactly("127.0.0.1");
    assertThat(seen.headers("X-Forwarded-Proto")).containsExactly("http");
    assertThat(seen.headers("X-Forwarded-Host")).containsExactly("client.test");
    assertThat(seen.head().names())
        .doesNotContain(
            "x-forwarded-port",
            "x-forwarded-prefix",
            "x-forwarded-whatever",
            "forwarded",
            "x-real-ip",
            "x-canary",
            "x-user");
    assertThat(seen.headers("maxwellsdaemon")).doesNotContain("0.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer_Encoding: chunked",
        "transfer_encoding: chunked",
        "Content_Length: 5",
        "CONTENT_LENGTH: 5",
        "X_Canary: true",
        "X_Forwarded_For: 1.2.3.4",
        "X_Forwarded-For: 1.2.3.4",
        "X-Forwarded_For: 1.2.3.4",
        "X_Forwarded_Host: evil.test",
        "X_Forwarded_Proto: https",
        "X_Real_IP: 1.2.3.4"
      })
  void spellingsWithUnderscoresAreDropped(String field) throws Exception {
    for (ScriptedGateway gateway : gateways.values()) {
      assertThat(gateway.get("/", field).status()).isEqualTo(200);
      assertThat(gateway.upstream().only().head().fields()).doesNotContain(field);
    }
  }

  @Test
  void otherUnderscoresPass() throws Exception {
    strict.get("/", "My_Header: 1", "_: 2");
    assertThat(strict.upstream().only().head().fields()).contains("My_Header: 1", "_: 2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Forwarded-Host",
        "Via",
        "x-forwarded-for, via"
      })
  void aClientCannotTakeOffWhatTheGatewaySets(String tokens) throws Exception {
    for (ScriptedGateway gateway : gateways.values()) {
      gateway.get("/", "Connection: " + tokens);
      assertThat(gateway.upstream().only().head().names())
          .contains("x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "via", "host")
          .doesNotContain("connection");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0 fred", "a, 1.1 b"})
  void viaIsAppended(String before) throws Exception {
    everybody.get("/", "Via: " + before);
    assertThat(String.join(", ", everybody.upstream().only().headers("Via")))
        .matches(before + ", " + VIA);
  }

  @Test
  void viaIsOnAnswersToo() throws Exception {
    assertThat(everybody.get("/").headers("Via")).singleElement().asString().matches(VIA);
    everybody.upstream().answer("HTTP/1.0 200 OK\r\nVia: 1.1 inner\r\nContent-Length: 2\r\n\r\nok");
    assertThat(String.join(", ", everybody.get("/").headers("Via")))
        .matches("1\\.1 inner, 1\\.0 canary-gateway-[0-9a-f]{12}");
  }

  @Test
  void hopByHopHeadersStopHere() throws Exception {
    everybody.get(
        "/",
        "Connection: X-Mine, keep-alive",
        "Connection: x-other",
        "X-Mine: 1",
        "X-Other: 2",
        "Keep-Alive: timeout=5",
        "Proxy-Connection: keep-alive",
        "Proxy-Authorization: Basic abc",
        "TE: gzip",
        "X-End: 1");
    assertThat(everybody.upstream().only().head().names())
        .contains("x-end")
        .doesNotContain(
            "connection",
            "x-mine",
            "x-other",
            "keep-alive",
            "proxy-connection",
            "proxy-authorization",
            "te");
  }

  /** As trailers of responses are passed on, and some servers send none unasked. */
  @Test
  void aWishForTrailersPasses() throws Exception {
    everybody.get("/", "Connection: TE", "TE: gzip;q=0.5, Trailers");
    assertThat(everybody.upstream().only().headers("TE")).containsExactly("trailers");
    assertThat(everybody.upstream().only().headers("Connection")).containsExactly("TE");
  }

  @Test
  void hopByHopHeadersOfAnswersStopHere() throws Exception {
    everybody
        .upstream()
        .answer(
            "HTTP/1.1 200 OK\r\nConnection: X-Named, Content-Length\r\nX-Named: 1\r\n"
                + "Keep-Alive: timeout=5\r\nProxy-Authenticate: Basic\r\nProxy-Connection: close\r\n"
                + "X-Kept: 1\r\nContent-Length: 2\r\n\r\nok");
    Reply reply = everybody.get("/");
    assertThat(reply.body()).isEqualTo("ok");
    assertThat(reply.end()).isEqualTo(Reply.End.FRAMED);
    assertThat(reply.head().names())
        .contains("x-kept")
        .doesNotContain("x-named", "keep-alive", "proxy-connection");
  }
}
