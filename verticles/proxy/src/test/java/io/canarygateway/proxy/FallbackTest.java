package io.canarygateway.proxy;

import static io.canarygateway.fixtures.ScriptedGateway.request;
import static io.canarygateway.proxy.FallbackFixture.ok;
import static io.canarygateway.proxy.FallbackFixture.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedUpstream.Script;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests without a body that fail on canary, and get main's answer. */
class FallbackTest {

  private static final String GET = request("GET /a HTTP/1.1");

  @RegisterExtension final FallbackFixture gateway = new FallbackFixture();

  /** The ways in which canary fails before its final head is complete. */
  enum Failure {
    STATUS("status", "5xx", (request, link) -> link.send(status(503))),
    LARGE_STATUS(
        "status",
        "5xx",
        (request, link) ->
            link.send("HTTP/1.1 500 No\r\nContent-Length: 300000\r\n\r\n" + "x".repeat(300_000))),
    ENDLESS_STATUS(
        "status",
        "5xx",
        (request, link) -> link.send("HTTP/1.1 500 No\r\n\r\n" + "x".repeat(100_000))),
    CLOSE("reset", "error", (request, link) -> link.close()),
    RESET("reset", "error", (request, link) -> link.reset()),
    HALF_A_HEAD(
        "reset", "error", (request, link) -> link.send("HTTP/1.1 200 OK\r\nContent-Le").close()),
    HINTS_ONLY(
        "reset",
        "error",
        (request, link) -> link.send("HTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n").close()),
    NO_HTTP("malformed", "error", (request, link) -> link.send("what?\r\n\r\n")),
    SWITCH(
        "malformed",
        "error",
        (request, link) -> link.send("HTTP/1.1 101 Switch\r\nUpgrade: x\r\n\r\n")),
    HANG("timeout", "error", (request, link) -> {}),
    HANG_IN_HEAD("timeout", "error", (request, link) -> link.send("HTTP/1.1 2"));

    final String cause;
    final String statusClass;
    final Script script;

    Failure(String cause, String statusClass, Script script) {
      this.cause = cause;
      this.statusClass = statusClass;
      this.script = script;
    }
  }

  private void start(JsonObject fallback) throws Exception {
    gateway.start("canary", "canary-fallback", fallback);
  }

  /** A cold JVM may take longer for an answer than a test is to wait for none. */
  private static JsonObject after(Failure failure) {
    return new JsonObject().put("after", failure.cause.equals("timeout") ? "150ms" : "5s");
  }

  @ParameterizedTest
  @EnumSource
  void aFailureOfCanaryIsAnsweredByMainAndCounted(Failure failure) throws Exception {
    gateway.canary.script(failure.script);
    start(after(failure));
    for (int i = 1; i <= 3; i++) {
      Reply reply = gateway.ask(GET);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).isEqualTo("main");
      assertThat(gateway.fallbacks(failure.cause)).isEqualTo(i);
    }
    assertThat(gateway.responses("canary", failure.statusClass)).isEqualTo(3);
    assertThat(gateway.responses("main", "2xx")).isEqualTo(3);
    assertThat(gateway.metric("gateway_breaker_errors")).isEqualTo(3);
    assertThat(gateway.routed("canary", "Strategy canary")).isEqualTo(3);
    for (String target : new String[] {"main", "canary"}) {
      assertThat(
              gateway.metric(
                  "canary_router_request_latency_count{target=\"%s\",version=\"test\"}"
                      .formatted(target)))
          .isEqualTo(3);
    }
    gateway.awaitNothingHeld();
    assertThat(gateway.main.faults()).isEmpty();
  }

  @Test
  void aCanaryThatCannotBeConnectedToIsReplaced() throws Exception {
    start(new JsonObject());
    gateway.canary.close(); // Not before: the gateway could get the free port.
    assertThat(gateway.ask(GET).body()).isEqualTo("main");
    assertThat(gateway.fallbacks("connect")).isEqualTo(1);
    assertThat(gateway.metric("gateway_breaker_errors")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"404, no", "500, main"})
  void onlyListedStatusesFallBack(int status, String body) throws Exception {
    gateway.canary.answer(status(status));
    start(new JsonObject());
    assertThat(gateway.ask(GET).body()).isEqualTo(body);
    assertThat(gateway.metric("gateway_breaker_errors")).isEqualTo(1);
  }

  @Test
  void aListedStatusCountsAsAnErrorWhateverErrorStatusesSay() throws Exception {
    gateway.canary.answer(status(404));
    gateway.startWith(
        "canary",
        "10s",
        new JsonObject()
            .put(
                "circuit-breaker",
                new JsonObject().put("error-statuses", new JsonArray().add("5xx")))
            .put("canary-fallback", new JsonObject().put("statuses", new JsonArray().add("404"))));
    assertThat(gateway.ask(GET).body()).isEqualTo("main");
    assertThat(gateway.metric("gateway_breaker_errors")).isEqualTo(1);
  }

  @Test
  void aConnectionWithAShortErrorIsUsedAgain() throws Exception {
    gateway.canary.answer(status(500));
    start(new JsonObject());
    try (RawSocket client = new RawSocket(gateway.port())) {
      for (int i = 0; i < 20; i++) {
        assertThat(client.send(GET).reply().body()).isEqualTo("main");
      }
    }
    assertThat(gateway.canary.received()).hasSize(20);
    assertThat(gateway.canary.accepted()).isLessThan(20);
  }

  @Test
  void anAnswerThatHasBegunIsCutOff() throws Exception {
    gateway.canary.script(
        (request, link) -> link.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc").close());
    start(new JsonObject());
    Reply reply = gateway.ask(GET);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.whole()).isFalse();
    assertThat(gateway.main.received()).isEmpty();
    assertThat(gateway.metric("gateway_breaker_errors")).isEqualTo(1);
  }

  @Test
  void interimResponsesGoWithTheAnswerThatIsAccepted() throws Exception {
    String hints = "HTTP/1.1 103 Hints\r\nLink: </%s>\r\n\r\n";
    gateway.canary.answer(
        hints.formatted("canary") + ok("canary"), hints.formatted("canary") + status(500));
    gateway.main.answer(hints.formatted("main") + ok("main"));
    start(new JsonObject());
    for (String target : new String[] {"canary", "main"}) {
      try (RawSocket client = new RawSocket(gateway.port())) {
        client.send(GET);
        assertThat(client.reply().header("Link")).isEqualTo("</" + target + ">");
        assertThat(client.reply().body()).isEqualTo(target);
      }
    }
  }

  @Test
  void pipelinedRequestsKeepTheirOrder() throws Exception {
    gateway.canary.script(
        (request, link) ->
            link.send(request.line().contains("/fails") ? status(500) : ok(request.line())));
    start(new JsonObject());
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send(
          request("GET /1 HTTP/1.1") + request("GET /fails HTTP/1.1") + request("GET /2 HTTP/1.1"));
      assertThat(client.reply().body()).contains("/1");
      assertThat(client.reply().body()).isEqualTo("main");
      assertThat(client.reply().body()).contains("/2");
    }
  }

  @Test
  void aClientThatLeavesCancelsBoth() throws Exception {
    gateway.canary.script(
        (request, link) -> link.send("HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\n"));
    gateway.main.script(Failure.HANG.script);
    start(new JsonObject());
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send(GET);
      await().until(() -> gateway.main.received().size() == 1);
      assertThat(gateway.canary.open()).isEqualTo(1);
    }
    await().until(() -> gateway.main.open() + gateway.canary.open() == 0);
    gateway.awaitNothingHeld();
    assertThat(gateway.metric("gateway_client_aborts_total")).isEqualTo(1);
  }

  @Test
  void oldClientsAndHeadAndXCanaryFallBackToo() throws Exception {
    gateway.canary.answer("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
    gateway.main.script(
        (request, link) ->
            link.send(
                request.method().equals("HEAD")
                    ? status(200).replace("\r\n\r\nno", "\r\n\r\n")
                    : ok("main")));
    gateway.start("main", "canary-fallback", new JsonObject());
    String field = "X-Canary: true";
    assertThat(gateway.ask("GET / HTTP/1.0\r\nHost: x\r\n" + field + "\r\n\r\n").body())
        .isEqualTo("main");
    assertThat(gateway.ask(request("HEAD / HTTP/1.1", field)).status()).isEqualTo(200);
    assertThat(gateway.ask(request("GET / HTTP/1.1", field)).body()).isEqualTo("main");
    assertThat(gateway.fallbacks("status")).isEqualTo(3);
  }

  @Test
  void anUpgradeIsNeverRepeated() throws Exception {
    gateway.canary.script(Failure.CLOSE.script);
    start(new JsonObject());
    Reply reply = gateway.ask(request("GET / HTTP/1.1", "Connection: Upgrade", "Upgrade: foo"));
    assertThat(reply.status()).isEqualTo(502);
    assertThat(gateway.main.received()).isEmpty();
  }

  @Test
  void withoutTheSettingNothingIsRepeated() throws Exception {
    gateway.canary.answer(status(500));
    gateway.startWith("canary", "10s", new JsonObject());
    assertThat(gateway.ask(GET).status()).isEqualTo(500);
    assertThat(gateway.main.received()).isEmpty();
  }
}
