package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.Certificates;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of all shapes pass interceptors as they pass the gateway without them. */
class InterceptorMessagesTest {

  private static final int LARGE = 20_000_000;

  @RegisterExtension
  static final ScriptedGateway GATEWAY =
      GatewayFixture.scripted(
          config -> config.put("interceptors", new JsonArray().add(TestInterceptors.NAME)));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 404 Nothing Here\r\nContent-Length: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nno",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 500 Oops\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\u001f\u008b",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
      })
  void aResponseIsTheSame(String answer) throws Exception {
    GATEWAY.upstream().answer(answer);
    Reply reply = GATEWAY.get("/a%2Fb/../c?x=%zz");
    String last = answer.substring(answer.lastIndexOf("HTTP/1.1"));
    assertThat(reply.head().line()).isEqualTo(last.substring(0, last.indexOf("\r\n")));
    assertThat(reply.whole()).isTrue();
    assertThat(reply.header("X-Marked")).isEqualTo("yes");
    assertThat(last.contains("chunked") ? "2\r\nok" : last)
        .endsWith(reply.body().equals("hello") ? "ok" : reply.body());
    assertThat(reply.headers("Set-Cookie")).hasSize(last.contains("Set-Cookie") ? 2 : 0);
    assertThat(reply.header("Content-Encoding")).isEqualTo(last.contains("gzip") ? "gzip" : null);
    assertThat(GATEWAY.upstream().only().target()).isEqualTo("/a%2Fb/../c?x=%zz");
  }

  @Test
  void aBodyUntilTheConnectionEnds() throws Exception {
    GATEWAY
        .upstream()
        .script(
            (request, link) -> link.readBody().send("HTTP/1.1 200 OK\r\n\r\nto the end").close());
    Reply reply = GATEWAY.get("/");
    assertThat(reply.body()).isEqualTo("to the end");
    assertThat(reply.whole()).isTrue();
  }

  @Test
  void headAndConditionalRequestsKeepTheLength() throws Exception {
    GATEWAY.upstream().answer("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n");
    try (RawSocket client = GATEWAY.client()) {
      Reply head = client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n").reply("HEAD");
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("Content-Length")).isEqualTo("77");
      GATEWAY.upstream().answer("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n");
      Reply same = client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").reply();
      assertThat(same.status()).isEqualTo(304);
      assertThat(same.header("ETag")).isEqualTo("\"a\"");
      GATEWAY.upstream().reset();
      assertThat(client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").reply().body()).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"OPTIONS * HTTP/1.1", "PURGE /x HTTP/1.1", "GET //x HTTP/1.1"})
  void aRequestLineIsTheSame(String line) throws Exception {
    assertThat(GATEWAY.ask(ScriptedGateway.request(line)).status()).isEqualTo(200);
    assertThat(GATEWAY.upstream().only().line()).isEqualTo(line);
  }

  @Test
  void aRequestBodyKeepsItsFraming() throws Exception {
    try (RawSocket client = GATEWAY.client()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(200);
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(200);
      client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
      client.readUntil("100 Continue\r\n\r\n");
      assertThat(client.send("xyz").reply().status()).isEqualTo(200);
    }
    ScriptedUpstream upstream = GATEWAY.upstream();
    assertThat(upstream.received().get(0).header("Transfer-Encoding")).isEqualTo("chunked");
    assertThat(upstream.received().get(0).body()).isEqualTo("abc");
    assertThat(upstream.received().get(1).header("Content-Length")).isEqualTo("0");
    assertThat(upstream.received().get(2).body()).isEqualTo("xyz");
    assertThat(upstream.faults()).isEmpty();
  }

  @Test
  void largeHeadsPass() throws Exception {
    String text = "v".repeat(20_000);
    GATEWAY
        .upstream()
        .answer("HTTP/1.1 200 OK\r\nX-Large: " + text + "\r\nContent-Length: 2\r\n\r\nok");
    Reply reply = GATEWAY.get("/" + "p".repeat(7_000), "X-Mine: " + text);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("X-Large")).isEqualTo(text);
    assertThat(GATEWAY.upstream().only().header("X-Mine")).isEqualTo(text);
  }

  @Test
  void largeBodiesPassBothWays() throws Exception {
    try (Upstreams upstreams = new Upstreams()) {
      upstreams.canary.raw(
          request ->
              request
                  .response()
                  .putHeader("Content-Length", request.getHeader("Content-Length"))
                  .send(request));
      byte[] body = new byte[LARGE];
      Arrays.fill(body, (byte) 'b');
      try (GatewayFixture gateway = start(upstreams.canary.url(), false)) {
        HttpResponse<byte[]> reply =
            gateway
                .client()
                .send(
                    HttpRequest.newBuilder(gateway.uri("/"))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        assertThat(Arrays.equals(reply.body(), body)).isTrue();
      }
    }
  }

  @Test
  void aCertificateIsVerifiedUnlessSaidOtherwise(@TempDir Path directory) throws Exception {
    Certificates certificates = Certificates.create(directory);
    try (Upstreams upstreams = new Upstreams()) {
      int port =
          upstreams
              .vertx()
              .createHttpServer(
                  new HttpServerOptions()
                      .setSsl(true)
                      .setKeyCertOptions(
                          new PemKeyCertOptions()
                              .setCertPath(certificates.serverCert().toString())
                              .setKeyPath(certificates.serverKey().toString())))
              .requestHandler(request -> request.response().end("by TLS"))
              .listen(0, "127.0.0.1")
              .await()
              .actualPort();
      try (GatewayFixture gateway = start("https://127.0.0.1:" + port, true)) {
        assertThat(gateway.get("/").body()).isEqualTo("by TLS");
        assertThat(gateway.get("/").headers().firstValue("X-Marked")).contains("yes");
      }
      try (GatewayFixture gateway = start("https://127.0.0.1:" + port, false)) {
        assertThat(gateway.get("/").statusCode()).isEqualTo(502);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"shop_1.example:81", "[::1]:9", "x:99999", "shop.example"})
  void theHostHeaderIsTheSame(String host) throws Exception {
    try (ScriptedUpstream canary = new ScriptedUpstream();
        GatewayFixture gateway = start(canary.url(), false, host)) {
      assertThat(gateway.get("/").statusCode()).isEqualTo(200);
      assertThat(canary.only().header("Host")).isEqualTo(host);
    }
  }

  private static GatewayFixture start(String canary, boolean insecure) throws Exception {
    return start(canary, insecure, "");
  }

  private static GatewayFixture start(String canary, boolean insecure, String host)
      throws Exception {
    return GatewayFixture.start(
        new JsonObject()
            .put("main-target", "http://127.0.0.1:1")
            .put("canary-target", canary)
            .put("canary-header-host", host)
            .put("strategy", "canary")
            .put(
                "proxy-client",
                new JsonObject()
                    .put(
                        "to-main-and-canary",
                        new JsonObject()
                            .put("tls", new JsonObject().put("insecure-skip-verify", insecure))))
            .put("interceptors", new JsonArray().add(TestInterceptors.NAME)));
  }
}
