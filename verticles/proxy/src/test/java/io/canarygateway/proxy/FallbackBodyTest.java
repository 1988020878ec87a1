package io.canarygateway.proxy;

import static io.canarygateway.fixtures.ScriptedGateway.request;
import static io.canarygateway.proxy.FallbackFixture.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.ReceivedRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of requests that fail on canary: which are sent to main, and that they arrive whole. */
class FallbackBodyTest {

  private static final int MAX_BODY = 500_000;

  @RegisterExtension final FallbackFixture gateway = new FallbackFixture();

  @BeforeEach
  void canaryFailsBehindTheBody() {
    gateway.canary.script((request, link) -> link.readBody().send(status(500)));
  }

  private void start() throws Exception {
    start("5s");
  }

  private void start(String after) throws Exception {
    gateway.start(
        "canary",
        "canary-fallback",
        new JsonObject()
            .put("methods", new JsonArray().add("POST").add("PUT"))
            .put("max-body", MAX_BODY)
            .put("after", after));
  }

  private static String post(String body) {
    return request("POST / HTTP/1.1", "Content-Length: " + body.length()) + body;
  }

  private static String chunked(String body, int pieces) {
    StringBuilder all = new StringBuilder(request("PUT / HTTP/1.1", "Transfer-Encoding: chunked"));
    int size = body.length() / pieces;
    for (int i = 0; i < pieces; i++) {
      all.append(Integer.toHexString(size)).append("\r\n");
      all.append(body, i * size, (i + 1) * size).append("\r\n");
    }
    return all.append("0\r\n\r\n").toString();
  }

  private static String text(int length) {
    StringBuilder text = new StringBuilder(length + 8);
    for (int i = 0; text.length() < length; i++) {
      text.append(i).append(',');
    }
    return text.substring(0, length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reset", "500", "hang", "early", "refused"})
  void aPostIsNotRepeatedByDefault(String failure) throws Exception {
    switch (failure) {
      case "reset" -> gateway.canary.script((request, link) -> link.readBody().reset());
      case "hang" -> gateway.canary.script((request, link) -> {});
      case "early" -> gateway.canary.script((request, link) -> link.send(status(500)).close());
      default -> {}
    }
    gateway.startWith(
        "canary",
        "400ms",
        new JsonObject().put("canary-fallback", new JsonObject().put("after", "100ms")));
    if (failure.equals("refused")) {
      gateway.canary.close(); // Not before: the gateway could get the free port.
    }
    assertThat(gateway.ask(post("a=b")).status()).isIn(500, 502, 504);
    assertThat(gateway.main.received()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3_000, 100_000, MAX_BODY})
  void aBodyArrivesWholeAtMain(int length) throws Exception {
    start();
    String body = text(length);
    assertThat(gateway.ask(post(body)).body()).isEqualTo("main");
    assertThat(gateway.main.only().body()).isEqualTo(body);
    assertThat(gateway.canary.only().body()).isEqualTo(body);
    gateway.awaitNothingHeld();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1_000})
  void aChunkedBodyArrivesWholeAtMain(int pieces) throws Exception {
    start();
    String body = text(pieces * 300);
    assertThat(gateway.ask(chunked(body, pieces)).body()).isEqualTo("main");
    assertThat(gateway.main.only().body()).isEqualTo(body);
    assertThat(gateway.main.faults()).isEmpty();
    gateway.awaitNothingHeld();
  }

  @Test
  void aClientThatWaitsFor100GetsItOnce() throws Exception {
    start();
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send(request("POST / HTTP/1.1", "Content-Length: 3", "Expect: 100-continue"));
      assertThat(client.reply().status()).isEqualTo(100);
      assertThat(client.send("abc").reply().body()).isEqualTo("main");
    }
    assertThat(gateway.main.only().body()).isEqualTo("abc");
  }

  @Test
  void aBodyThatIsAnnouncedTooLargeIsNotRepeated() throws Exception {
    start();
    assertThat(gateway.ask(post(text(MAX_BODY + 1))).status()).isEqualTo(500);
    assertThat(gateway.main.received()).isEmpty();
    gateway.awaitNothingHeld();
  }

  @Test
  void aBodyThatTurnsOutTooLargeIsNotRepeatedButArrivesWhole() throws Exception {
    start();
    String body = text(3 * MAX_BODY);
    assertThat(gateway.ask(chunked(body, 3)).status()).isEqualTo(500);
    assertThat(gateway.canary.only().body()).isEqualTo(body);
    assertThat(gateway.canary.faults()).isEmpty();
    assertThat(gateway.main.received()).isEmpty();
    gateway.awaitNothingHeld();
  }

  @Test
  void theRestOfABodyFollowsWhenCanaryFailsEarly() throws Exception {
    gateway.canary.script((request, link) -> link.send(status(500)).close());
    start();
    String body = text(MAX_BODY);
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send(request("POST / HTTP/1.1", "Content-Length: " + MAX_BODY));
      client.send(body.substring(0, 1_000));
      await().until(() -> gateway.main.received().size() == 1);
      await().until(() -> gateway.main.only().body().length() == 1_000);
      client.send(body.substring(1_000));
      assertThat(client.reply().body()).isEqualTo("main");
    }
    assertThat(gateway.main.only().body()).isEqualTo(body);
    gateway.awaitNothingHeld();
  }

  @Test
  void aSlowClientIsNoFailureOfCanary() throws Exception {
    gateway.canary.answer(FallbackFixture.ok("canary"));
    start("1s");
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send(request("POST / HTTP/1.1", "Content-Length: 2") + "a");
      await().pollDelay(Duration.ofMillis(1_500)).until(() -> true);
      assertThat(client.send("b").reply().body()).isEqualTo("canary");
    }
    assertThat(gateway.main.received()).isEmpty();
    gateway.awaitNothingHeld();
  }

  @Test
  void aCanaryThatTakesNoBodyIsReplacedInTime() throws Exception {
    gateway.canary.script((request, link) -> {});
    start("200ms");
    String body = text(MAX_BODY);
    assertThat(gateway.ask(post(body)).body()).isEqualTo("main");
    assertThat(gateway.main.only().body()).isEqualTo(body);
    assertThat(gateway.fallbacks("timeout")).isEqualTo(1);
    gateway.awaitNothingHeld();
  }

  @Test
  void aMalformedBodyIsRefusedAndNothingIsHeld() throws Exception {
    start();
    String broken = request("POST / HTTP/1.1", "Transfer-Encoding: chunked") + "3\r\nabcX";
    assertThat(gateway.ask(broken).status()).isEqualTo(400);
    gateway.awaitNothingHeld();
    assertThat(gateway.metric("gateway_breaker_errors")).isZero();
  }

  @Test
  void aClientThatLeavesInItsBodyLeavesNothing() throws Exception {
    start();
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send(request("POST / HTTP/1.1", "Content-Length: 1000") + "abc");
      await().until(() -> gateway.canary.received().size() == 1);
      assertThat(gateway.metric("gateway_sidecar_buffered_bytes")).isEqualTo(3);
    }
    gateway.awaitNothingHeld();
    assertThat(gateway.metric("gateway_breaker_errors")).isZero();
    await().until(() -> gateway.canary.open() == 0);
  }

  @Test
  void theOldestBodyIsNotKeptAnyMoreWhenThereIsNoRoom() throws Exception {
    int length = 70_000;
    int part = 50_000;
    gateway.budget = new BufferBudget(120_000);
    start();
    String body = text(length);
    List<RawSocket> slow = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      slow.add(new RawSocket(gateway.port()));
      slow.get(i).send(request("POST / HTTP/1.1", "Content-Length: " + length));
      slow.get(i).send(body.substring(0, part));
    }
    await().until(() -> gateway.metric("gateway_sidecar_buffered_bytes") == 2 * part);
    assertThat(gateway.ask(post(text(60_000))).body()).isEqualTo("main");
    List<Integer> statuses = new ArrayList<>();
    for (RawSocket client : slow) {
      statuses.add(client.send(body.substring(part)).reply().status());
      client.close();
    }
    assertThat(statuses).containsExactlyInAnyOrder(200, 500);
    assertThat(gateway.canary.received())
        .extracting(ReceivedRequest::body)
        .containsExactlyInAnyOrder(body, body, text(60_000));
    gateway.awaitNothingHeld();
  }
}
