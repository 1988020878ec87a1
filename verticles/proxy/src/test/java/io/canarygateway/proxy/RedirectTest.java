package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code redirect}: the gateway answers all requests of a route itself. */
class RedirectTest {

  /** The default route leads to HTTPS; the route {@code acme} is served. */
  @RegisterExtension
  static final ScriptedGateway gateway =
      ProxyFixture.scripted(
          config -> {
            JsonObject acme =
                new JsonObject()
                    .put("match", new JsonObject("{\"path\": {\"prefix\": \"/.well-known\"}}"))
                    .put("main-target", config.getString("main-target"))
                    .put("canary-target", config.getString("canary-target"));
            return new JsonObject()
                .put("redirect", new JsonObject("{\"scheme\": \"https\", \"status\": 308}"))
                .put("response-headers", new JsonObject("{\"set\": {\"X-Filter\": \"1\"}}"))
                .put(
                    "routes",
                    new JsonObject()
                        .put("acme", acme)
                        .put("host", redirect("/host", "{\"host\": \"new.test\"}"))
                        .put("port", redirect("/port", "{\"port\": 8443}"))
                        .put("path", redirect("/path", "{\"path\": \"/new\", \"status\": 303}"))
                        .put(
                            "prefix",
                            redirect("/old", "{\"status\": 301}").put("rewrite-prefix", "/new")));
          });

  @RegisterExtension
  static final ScriptedGateway strict =
      ProxyFixture.scripted(
          config ->
              new JsonObject()
                  .put("trusted-proxies", new JsonArray().add("10.0.0.0/8"))
                  .put("redirect", new JsonObject("{\"port\": 80}")));

  private static JsonObject redirect(String prefix, String redirect) {
    return new JsonObject()
        .put("match", new JsonObject().put("path", new JsonObject().put("prefix", prefix)))
        .put("redirect", new JsonObject(redirect));
  }

  private static Reply ask(String host, String path, String... fields) throws Exception {
    return gateway.ask(
        ScriptedGateway.request("GET " + path + " HTTP/1.1", fields)
            .replace("Host: client.test", "Host: " + host));
  }

  @ParameterizedTest
  @CsvSource({
    "client.test,      /a?b=c,      308, https://client.test/a?b=c",
    "client.test:8080, /,           308, https://client.test/",
    "[::1]:8080,       /,           308, https://[::1]/",
    "client.test,      /host/a,     302, http://new.test/host/a",
    "client.test:8080, /host/a,     302, http://new.test:8080/host/a",
    "client.test:80,   /host,       302, http://new.test/host",
    "client.test:,     /host,       302, http://new.test/host",
    "client.test,      /port,       302, http://client.test:8443/port",
    "client.test:8080, /path/a?b,   303, http://client.test:8080/new?b",
    "client.test,      /old,        301, http://client.test/new",
    "client.test,      /old/a?b=c,  301, http://client.test/new/a?b=c",
    "client.test,      /old//evil,  301, http://client.test/new/evil",
    "client.test,      //evil.test, 308, https://client.test//evil.test"
  })
  void theLocationIsMadeOfTheRequestAndTheSettings(
      String host, String path, int status, String location) throws Exception {
    Reply reply = ask(host, path);
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.headers("Location")).containsExactly(location);
    assertThat(reply.headers("Content-Length")).containsExactly("0");
    assertThat(reply.headers("Date")).hasSize(1);
    assertThat(reply.headers("X-Filter")).as("filters are for answers of targets").isEmpty();
    gateway.assertNothingReachedUpstream();
  }

  @Test
  void aRouteWithTargetsIsServed() throws Exception {
    assertThat(gateway.get("/.well-known/a").status()).isEqualTo(200);
    assertThat(gateway.upstream().only().target()).isEqualTo("/.well-known/a");
  }

  @Test
  void aRedirectIsCountedAndNotDecided() throws Exception {
    double before = gateway.metric("gateway_redirects_total{route=\"host\"}");
    ask("client.test", "/host");
    assertThat(gateway.metric("gateway_redirects_total{route=\"host\"}")).isEqualTo(before + 1);
    assertThat(gateway.routed("main", "")).isZero();
  }

  @Test
  void theConnectionIsKept() throws Exception {
    try (RawSocket client = gateway.client()) {
      client.send(
          ScriptedGateway.request("GET / HTTP/1.1")
              + ScriptedGateway.request("HEAD /host HTTP/1.1")
              + ScriptedGateway.request("POST / HTTP/1.1", "Content-Length: 0")
              + ScriptedGateway.request("GET /.well-known HTTP/1.1"));
      assertThat(client.reply().status()).isEqualTo(308);
      Reply head = client.reply("HEAD");
      assertThat(head.header("Location")).isEqualTo("http://new.test/host");
      assertThat(client.reply().status()).isEqualTo(308);
      assertThat(client.reply().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 60", "Transfer-Encoding: chunked", "Expect: 100-continue"})
  void anUnreadBodyEndsTheConnection(String field) throws Exception {
    for (int i = 0; i < 10; i++) {
      String[] fields =
          field.startsWith("Expect")
              ? new String[] {field, "Content-Length: 60"}
              : new String[] {field};
      List<Reply> replies =
          gateway.replies(
              ScriptedGateway.request("POST / HTTP/1.1", fields) + ScriptedGateway.SECOND);
      assertThat(replies).hasSize(1);
      assertThat(replies.get(0).status()).isEqualTo(308);
      assertThat(replies.get(0).saysClose()).isTrue();
    }
    gateway.awaitQuiet();
    gateway.assertNothingReachedUpstream();
  }

  @Test
  void aClientThatClosesIsToldSo() throws Exception {
    assertThat(ask("client.test", "/", "Connection: close").saysClose()).isTrue();
    Reply old = gateway.ask("GET / HTTP/1.0\r\nHost: client.test\r\n\r\n");
    assertThat(old.header("Location")).isEqualTo("https://client.test/");
    assertThat(old.saysClose()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: :80\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a:0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a'onload=b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a%0d%0aX:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: user@evil.test\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [fe80::1%25eth0]\r\n\r\n",
        "GET http://a&b/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /../a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /%0d%0aSet-Cookie:a=b HTTP/1.1\r\nHost: a\r\n\r\n"
      })
  void aHostOrPathThatIsNotPlainIsNeverSentBack(String request) throws Exception {
    Reply reply = gateway.ask(request);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.headers("Location")).isEmpty();
  }

  @Test
  void withAHostOfItsOwnARedirectNeedsNone() throws Exception {
    assertThat(gateway.ask("GET /host HTTP/1.0\r\n\r\n").header("Location"))
        .isEqualTo("http://new.test/host");
  }

  @Test
  void theHostOfAnAbsoluteTargetCounts() throws Exception {
    assertThat(ask("other.test", "http://client.test?a").header("Location"))
        .isEqualTo("https://client.test/?a");
  }

  @ParameterizedTest
  @CsvSource({
    "/%41b/./c, /Ab/c",
    "/a\u00e9, /a%E9",
    "/a?b=\"<script>\u00e9|`, /a?b=%22%3Cscript%3E%E9%7C%60",
    "/a?b=%0d%0a, /a?b=%0d%0a"
  })
  void theLocationHasOnlyCharactersOfAUrl(String path, String expected) throws Exception {
    assertThat(ask("client.test", path).header("Location"))
        .isEqualTo("https://client.test" + expected);
  }

  @Test
  void theSchemeOfTheClientIsThatBeforeATrustedProxy() throws Exception {
    assertThat(ask("client.test", "/port", "X-Forwarded-Proto: https, http").header("Location"))
        .isEqualTo("https://client.test:8443/port");
    assertThat(strict.get("/", "X-Forwarded-Proto: https").header("Location"))
        .as("from a client that is not trusted")
        .isEqualTo("http://client.test/");
  }

  @Test
  void whatTheGatewayAnswersItselfComesFirst() throws Exception {
    assertThat(ask("client.test", "/application/health").body()).isEqualTo("OK");
    for (String form : List.of("*", "http://client.test")) {
      Reply options = gateway.ask(ScriptedGateway.request("OPTIONS " + form + " HTTP/1.1"));
      assertThat(options.status()).isEqualTo(200);
      assertThat(options.header("Allow")).isEqualTo(GatewayError.ALLOWED_METHODS);
    }
    assertThat(
            gateway.ask(ScriptedGateway.request("OPTIONS / HTTP/1.1", "Max-Forwards: 0")).status())
        .isEqualTo(200);
    assertThat(gateway.ask(ScriptedGateway.request("TRACE / HTTP/1.1")).status()).isEqualTo(405);
  }
}
