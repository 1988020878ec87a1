package io.canarygateway.proxy;

import static io.canarygateway.fixtures.ScriptedGateway.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How long canary may take, and how much of the time is left for main. */
class FallbackTimeTest {

  private static final String GET = request("GET /a HTTP/1.1");
  private static final String AFTER = "150ms";

  @RegisterExtension final FallbackFixture gateway = new FallbackFixture();

  @Test
  void aLateAnswerIsAbandoned() throws Exception {
    gateway.canary.script(FallbackTest.Failure.HANG.script);
    gateway.start("canary", "canary-fallback", new JsonObject().put("after", AFTER));
    assertThat(gateway.ask(GET).body()).isEqualTo("main");
    await().until(() -> gateway.canary.open() == 0);
  }

  @Test
  void bothTogetherHaveTheClientsTimeout() throws Exception {
    gateway.canary.script(FallbackTest.Failure.HANG.script);
    gateway.main.script(FallbackTest.Failure.HANG.script);
    gateway.startWith("canary", "3s", new JsonObject().put("canary-fallback", new JsonObject()));
    long begin = System.nanoTime();
    assertThat(gateway.ask(GET).status()).isEqualTo(504);
    // Half of it for canary; if main had all of it once more, that would be 4.5 s.
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofMillis(2_990), Duration.ofMillis(4_400));
    assertThat(gateway.main.received()).hasSize(1);
    assertThat(gateway.responses("main", "error")).isEqualTo(1);
    gateway.awaitNothingHeld();
  }

  @Test
  void aCanaryWithAllTheTimeLeavesNoneForMain() throws Exception {
    gateway.canary.script(FallbackTest.Failure.HANG.script);
    gateway.startWith(
        "canary",
        "300ms",
        new JsonObject().put("canary-fallback", new JsonObject().put("after", "1s")));
    assertThat(gateway.ask(GET).status()).isEqualTo(504);
    assertThat(gateway.main.received()).isEmpty();
    gateway.awaitNothingHeld();
  }

  @Test
  void theTimeLimitEndsWithTheAnswersHead() throws Exception {
    gateway.canary.script(
        (request, link) -> {
          link.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ncan");
          await().pollDelay(Duration.ofMillis(2_300)).until(() -> true);
          link.send("ary");
        });
    gateway.startWith(
        "canary",
        "2s",
        new JsonObject().put("canary-fallback", new JsonObject().put("after", "1s")));
    assertThat(gateway.ask(GET).body()).isEqualTo("canary");
  }

  @Test
  void aFullCanaryIsReplacedButHasNotFailed() throws Exception {
    gateway.canary.script(FallbackTest.Failure.HANG.script);
    gateway.startWith(
        "canary",
        "2s",
        new JsonObject()
            .put(
                "proxy-client",
                new JsonObject().put("to-main-and-canary", new JsonObject().put("max-conns", 1)))
            .put("canary-fallback", new JsonObject().put("after", "1s")));
    List<RawSocket> clients = new ArrayList<>();
    for (int i = 0; i < 4 * ProxyFixture.EVENT_LOOPS; i++) {
      clients.add(new RawSocket(gateway.port()));
      clients.get(i).send(GET);
    }
    int answers = 0;
    for (RawSocket client : clients) {
      answers += client.reply().status() == 200 ? 1 : 0;
      client.close();
    }
    gateway.awaitNothingHeld();
    double full = gateway.fallbacks("full");
    assertThat(full).isPositive();
    assertThat(gateway.metric("gateway_breaker_errors")).isEqualTo(clients.size() - full);
    assertThat(gateway.responses("canary", "error")).isEqualTo(clients.size() - full);
    assertThat(answers).isPositive();
  }
}
