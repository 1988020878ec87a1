package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the gateway makes of a target that fails behind interceptors: the same as without them. */
class InterceptorFailuresTest {

  private static final String SLOW_BODY = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf.";

  private ScriptedUpstream main;
  private ScriptedUpstream canary;
  private GatewayFixture gateway;

  @BeforeEach
  void open() throws Exception {
    main = new ScriptedUpstream();
    canary = new ScriptedUpstream();
  }

  @AfterEach
  void close() throws Exception {
    gateway.close();
    main.close();
    canary.close();
  }

  private void start(Object canaryTarget) throws Exception {
    start(canaryTarget, "5s");
  }

  private void start(Object canaryTarget, String timeout) throws Exception {
    gateway =
        GatewayFixture.start(
            new JsonObject()
                .put("main-target", main.url())
                .put("canary-target", canaryTarget)
                .put("strategy", "rollout")
                .put("rollout", new JsonObject().put("canary", 1))
                .put("circuit-breaker", new JsonObject().put("error-limit-canary", 2))
                .put(
                    "proxy-client",
                    new JsonObject()
                        .put("to-main-and-canary", new JsonObject().put("timeout", timeout)))
                .put("interceptors", new JsonArray().add(TestInterceptors.NAME)));
  }

  private double failed() throws Exception {
    return gateway.metric(
        "gateway_responses_total{route=\"\",status_class=\"error\",target=\"canary\"}");
  }

  /** Two failures trip the breaker, so the third request goes to main. */
  private void assertFailuresCount(int status) throws Exception {
    assertThat(gateway.get("/").statusCode()).isEqualTo(status);
    assertThat(gateway.post("/", "body").statusCode()).isEqualTo(status);
    assertThat(failed()).isEqualTo(2);
    HttpResponse<String> third = gateway.get("/");
    assertThat(third.statusCode()).isEqualTo(200);
    assertThat(third.headers().firstValue("X-Marked")).contains("yes");
    assertThat(main.lines()).hasSize(1);
  }

  @Test
  void aTargetThatCannotBeConnectedTo() throws Exception {
    start("http://127.0.0.1:" + FreePorts.next());
    assertFailuresCount(502);
    assertThat(gateway.metric("gateway_errors_total{status=\"502\"}")).isEqualTo(2);
  }

  @Test
  void aNameThatDoesNotExist() throws Exception {
    start("http://no-such-host.invalid:80");
    assertFailuresCount(502);
  }

  @Test
  void aTargetThatClosesBeforeItAnswers() throws Exception {
    canary.script((request, link) -> link.readBody().close());
    start(canary.url());
    assertFailuresCount(502);
  }

  @Test
  void aTargetThatDoesNotSpeakHttp() throws Exception {
    canary.answer("SMTP ready\r\n\r\n");
    start(canary.url());
    assertFailuresCount(502);
  }

  @Test
  void aTargetThatIsTooSlow() throws Exception {
    canary.script((request, link) -> link.readBody().awaitClosed());
    start(canary.url(), "1s"); // Main has to answer within it.
    assertFailuresCount(504);
    await().until(() -> canary.open() == 0);
  }

  @Test
  void theNextAddressIsTriedAlsoWithABody() throws Exception {
    String refusing = "http://127.0.0.1:" + FreePorts.next();
    start(new JsonArray().add(refusing).add(canary.url()));
    for (int i = 0; i < 12; i++) {
      assertThat(gateway.post("/", "body " + i).statusCode()).isEqualTo(200);
    }
    assertThat(canary.received()).extracting(request -> request.body()).contains("body 11");
    // The Host header is that of the address that answered.
    assertThat(canary.received())
        .extracting(request -> request.header("Host"))
        .containsOnly("127.0.0.1:" + canary.port());
    await()
        .until(
            () ->
                gateway.metric("gateway_upstream_endpoints{state=\"ejected\",target=\"canary\"}")
                        == 1
                    || gateway.get("/").statusCode() != 200);
    assertThat(gateway.get("/").statusCode()).isEqualTo(200);
  }

  @Test
  void aResponseThatIsCutShortNeverLooksComplete() throws Exception {
    canary.script((request, link) -> link.readBody().send(SLOW_BODY).close());
    start(canary.url());
    try (RawSocket client = new RawSocket(gateway.port())) {
      Reply reply = client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").reply();
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.whole()).isFalse();
    }
  }

  @Test
  void aClientThatGoesAwayEndsTheRequestToTheTarget() throws Exception {
    canary.script((request, link) -> link.readBody().awaitClosed());
    start(canary.url());
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      await().until(() -> canary.received().size() == 1);
      assertThat(canary.open()).isEqualTo(1);
    }
    await().until(() -> canary.open() == 0);

    canary.script(
        (request, link) -> {
          link.readBody().send(SLOW_BODY);
          link.awaitClosed();
        });
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("half.");
      assertThat(canary.open()).isEqualTo(1);
    }
    await().until(() -> canary.open() == 0);
  }

  @Test
  void connectionsAreReusedAndAClosedOneIsNoError() throws Exception {
    start(canary.url());
    try (RawSocket client = new RawSocket(gateway.port())) {
      for (int i = 0; i < 5; i++) {
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
        assertThat(client.reply().status()).isEqualTo(200);
      }
      assertThat(canary.accepted()).isEqualTo(1);
      // The target closes in answer to a request, as servers do whose idle time is over.
      int[] closed = {0};
      canary.script(
          (request, link) -> {
            link.readBody();
            if (closed[0]++ == 0) {
              link.close();
            } else {
              link.send(ScriptedUpstream.OK);
            }
          });
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(200);
    }
    assertThat(failed()).isZero();
    assertThat(canary.lines()).endsWith("GET / HTTP/1.1", "GET / HTTP/1.1");
    assertThat(List.of(canary.faults())).containsOnly(List.of());
  }
}
