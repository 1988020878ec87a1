package io.canarygateway.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.canarygateway.fixtures.VerticleHost;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.InterceptedAnswer;
import io.canarygateway.message.InterceptedCall;
import io.canarygateway.message.InterceptedCall.Address;
import io.canarygateway.message.InterceptedCall.Tls;
import io.canarygateway.message.InterceptorServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server as its only client, the proxy, sees it, and as others do. */
class InterceptorServerTest {

  private static final JsonObject SETTINGS =
      new JsonObject()
          .put("main-target", "http://127.0.0.1:1")
          .put("canary-target", "http://127.0.0.1:2")
          .put(
              "extensions",
              new JsonObject()
                  .put(
                      "json-set",
                      new JsonObject().put("response", new JsonObject().put("by", "gateway"))));

  private VerticleHost host;
  private ScriptedUpstream upstream;
  private InterceptorServer server;

  @BeforeEach
  void start() throws Exception {
    upstream = new ScriptedUpstream();
    host = VerticleHost.with(SETTINGS);
    host.deployOnEachLoop(InterceptorVerticle.supplier(InterceptorConfig.of(host.config(), 2)));
    server =
        Await.result(
                host.bus()
                    .<InterceptorServer>request(
                        Addresses.INTERCEPTORS_GET, "", Addresses.WITHIN_PROCESS))
            .body();
  }

  @AfterEach
  void stop() throws Exception {
    host.close();
    upstream.close();
  }

  private InterceptedCall call(String interceptor, int... ports) {
    List<Address> addresses = new ArrayList<>();
    for (int port : ports) {
      addresses.add(new Address("localhost", "127.0.0.1", port, "localhost:" + port));
    }
    return new InterceptedCall(
        "shop",
        "canary",
        List.of(interceptor),
        Tls.OFF,
        InterceptedCall.TlsFiles.NONE,
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        100,
        addresses);
  }

  private static String request(String... headers) {
    return "GET /x HTTP/1.1\r\nHost: shop.example\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
  }

  private static String header(String token, InterceptedCall call) {
    return InterceptedCall.HEADER + ": " + token + " " + call.encode();
  }

  private Reply ask(InterceptedCall call) throws IOException {
    try (RawSocket client = new RawSocket(server.port())) {
      return client.send(request(header(server.token(), call))).reply();
    }
  }

  private static InterceptedAnswer answer(Reply reply) {
    return InterceptedAnswer.parse(reply.header(InterceptedCall.HEADER));
  }

  @Test
  void withoutTheTokenThereIsNothingBut403() throws Exception {
    InterceptedCall call = call("json-set", upstream.port());
    String good = header(server.token(), call);
    String other = server.token().substring(1) + "x";
    for (String head :
        List.of(
            request(),
            request(header("", call)),
            request(header(other, call)),
            request(header(server.token() + "0", call)),
            request(InterceptedCall.HEADER + ": " + server.token()),
            request(good, good),
            request(header(other, call), good))) {
      try (RawSocket client = new RawSocket(server.port())) {
        // What follows on the connection is not served either.
        String all = client.send(head + request(good)).readAll();
        assertThat(all).startsWith("HTTP/1.1 403 Forbidden\r\n").endsWith("\r\n\r\n");
        assertThat(all).doesNotContain("200");
      }
    }
    assertThat(upstream.received()).isEmpty();
  }

  @Test
  void theTokenIsLongAndNotShown() {
    assertThat(server.token()).hasSize(64);
    assertThat(server.toString()).doesNotContain(server.token());
  }

  @Test
  void theTargetSeesNothingOfTheWay() throws Exception {
    Reply reply = ask(call("json-set", upstream.port()));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(answer(reply))
        .isEqualTo(new InterceptedAnswer(InterceptedAnswer.Outcome.ANSWERED, 200, List.of(0), ""));
    // The header concerns the connection alone, so the proxy does not pass it on.
    assertThat(reply.header("Connection")).isEqualTo(InterceptedCall.HEADER);
    assertThat(upstream.only().head().text()).doesNotContainIgnoringCase("canary-gateway");
    assertThat(upstream.only().header("Host")).isEqualTo("shop.example");
  }

  @Test
  void addressesAreTriedInTurn() throws Exception {
    Reply reply = ask(call("json-set", 1, upstream.port()));
    assertThat(answer(reply).tried()).containsExactly(0, 1);
    assertThat(answer(reply).status()).isEqualTo(200);

    Reply none = ask(call("json-set", 1, 2));
    assertThat(none.status()).isEqualTo(502);
    assertThat(answer(none).outcome()).isEqualTo(InterceptedAnswer.Outcome.CONNECT);
    assertThat(answer(none).tried()).containsExactly(0, 1);
    assertThat(answer(none).cause()).contains("refused");
  }

  @Test
  void aBodyIsPatched() throws Exception {
    upstream.answer(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
    Reply reply = ask(call("json-set", upstream.port()));
    assertThat(reply.body()).isEqualTo("{\"a\":1,\"by\":\"gateway\"}");
    assertThat(reply.headers("Content-Length")).containsExactly("22");
  }

  @Test
  void anInterceptorThatCannotBeMadeIs503AndDegraded() throws Exception {
    Reply reply = ask(call("unknown", upstream.port()));
    assertThat(reply.status()).isEqualTo(503);
    await() // Its message comes a moment after the answer.
        .untilAsserted(
            () ->
                assertThat(host.health(InterceptorVerticle.COMPONENT).detail())
                    .isEqualTo("unknown: not on the class path"));
    assertThat(upstream.received()).isEmpty();
    assertThat(ask(call("json-set", upstream.port())).status()).isEqualTo(200);
  }

  @Test
  void aWebSocketIsNotOpened() throws Exception {
    try (RawSocket client = new RawSocket(server.port())) {
      Reply reply =
          client
              .send(
                  request(
                      header(server.token(), call("json-set", upstream.port())),
                      "Connection: Upgrade",
                      "Upgrade: websocket",
                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                      "Sec-WebSocket-Version: 13"))
              .reply();
      assertThat(reply.status()).isEqualTo(200);
      assertThat(upstream.only().header("Upgrade")).isNull();
    }
  }
}
