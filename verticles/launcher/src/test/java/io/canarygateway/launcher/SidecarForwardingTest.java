package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.ReceivedRequest;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests whose sidecar is asked before they are forwarded. */
class SidecarForwardingTest {

  private Upstreams upstreams;
  private GatewayFixture gateway;

  @BeforeEach
  void start() {
    upstreams = new Upstreams();
  }

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
    upstreams.close();
  }

  private void startWith(JsonObject config) throws Exception {
    gateway = GatewayFixture.start(config);
  }

  private String raw(String request) throws Exception {
    try (RawSocket client = new RawSocket(gateway.port())) {
      return client.send(request).readAll();
    }
  }

  @Test
  void aClientThatWaitsToBeInvitedIs() throws Exception {
    startWith(upstreams.config());
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send(
          "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
      client.readUntil("HTTP/1.1 100 Continue\r\n\r\n");
      client.send("hi");
      client.readUntil("canary");
    }
    assertThat(upstreams.canary.seen.get(0).body()).isEqualTo("hi");
  }

  @Test
  void abortingClientsLeaveNothingBehind() throws Exception {
    upstreams.main.raw(request -> {});
    upstreams.canary.raw(request -> {});
    startWith(upstreams.config());
    for (int i = 0; i < 60; i++) {
      try (RawSocket client = new RawSocket(gateway.port())) {
        client.send(
            switch (i % 3) {
              case 0 -> "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
              case 1 -> "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab";
              default ->
                  "POST / HTTP/1.1\r\nHost: x\r\nX-Canary: false\r\nContent-Length: 5\r\n\r\nab";
            });
        if (i % 2 == 0) {
          client.abort();
        }
      }
    }
    await().until(() -> gateway.metric("gateway_requests_in_flight") == 0);
    await().until(() -> gateway.metric("gateway_breaker_reservations") == 0);
    await().untilAsserted(() -> assertThat(upstreams.main.connections).hasValue(0));
    await().untilAsserted(() -> assertThat(upstreams.canary.connections).hasValue(0));
  }

  @Test
  void chunkExtensionsAreIgnored() throws Exception {
    startWith(upstreams.config());
    raw(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3;ext=1\r\nabc\r\n0\r\n\r\n");
    assertThat(upstreams.canary.seen.get(0).body()).isEqualTo("abc");
  }

  @Test
  void bytesBeyondAsciiInATargetAreEncoded() throws Exception {
    startWith(upstreams.config());
    raw("GET /\u00c3\u00a9?q=\u00c3\u00a9 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(upstreams.canary.seen.get(0).uri()).isEqualTo("/%C3%A9?q=%C3%A9");
    assertThat(upstreams.sidecar.seen.get(0).uri()).isEqualTo("/%C3%A9?q=%C3%A9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz\r\nabc\r\n", "-3\r\nabc\r\n", "3\r\nabcX\r\n"})
  void aMalformedChunkEndsTheConnection(String chunk) throws Exception {
    startWith(upstreams.config());
    String head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n";
    assertThat(raw(head + "\r\n" + chunk)).doesNotContain(" 200 ");
    assertThat(raw(head + "X-Canary: false\r\n\r\n" + chunk)).doesNotContain(" 200 ");
    await().until(() -> gateway.metric("gateway_requests_in_flight") == 0);
  }

  @Test
  void aClientTooSlowForItsBodyIs408() throws Exception {
    startWith(upstreams.config().put("router-server", new JsonObject().put("read-timeout", "2s")));
    assertThat(raw("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"))
        .startsWith("HTTP/1.1 408");
    await().until(() -> gateway.metric("gateway_requests_in_flight") == 0);
  }

  @Test
  void aSidecarSeesNoHeaderThatAnUpstreamMayNotSee() throws Exception {
    try (ScriptedUpstream sidecar = new ScriptedUpstream()) {
      startWith(upstreams.config().put("sidecar-url", sidecar.url()));
      raw(
          ScriptedGateway.request(
              "GET /a?b HTTP/1.1",
              "X-Custom: 1",
              "Connection: X-Mine, close",
              "X-Mine: 2",
              "Transfer_Encoding: x"));
      ReceivedRequest asked = sidecar.only();
      assertThat(asked.line()).isEqualTo("GET /a?b HTTP/1.1");
      assertThat(asked.head().names())
          .contains("x-custom", "x-forwarded-for")
          .doesNotContain("connection", "x-mine", "transfer_encoding");
    }
  }
}
