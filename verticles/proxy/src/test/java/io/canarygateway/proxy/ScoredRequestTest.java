package io.canarygateway.proxy;

import static io.canarygateway.fixtures.ScriptedGateway.request;
import static io.canarygateway.proxy.FallbackFixture.ok;
import static io.canarygateway.proxy.FallbackFixture.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.canarygateway.proxy.ScoreLog.Scored;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which requests are scored for a release, and what their outcome is. */
class ScoredRequestTest {

  private static final String TO_CANARY = "maxwellsdaemon: 0.25";
  private static final String TO_MAIN = "maxwellsdaemon: 0.75";

  /** Of a test whose target hangs. */
  private static final String TIMEOUT = "300ms";

  /** All bounds below the timeout. */
  private static final int BOUNDS_BELOW_TIMEOUT = 18;

  private static final int BOUNDS_BELOW_A_SECOND = 22;

  /** How long a client waits that leaves, and how many bounds are below that. */
  private static final Duration WAIT = Duration.ofMillis(21);

  private static final int BOUNDS_BELOW_WAIT = 9;

  @RegisterExtension final FallbackFixture gateway = new FallbackFixture();
  private ScoreLog scores;

  private void start(JsonObject more) throws Exception {
    gateway.startWith(
        "rollout",
        "10s",
        new JsonObject()
            .put("rollout", new JsonObject().put("canary", 0.5))
            .put("release", new JsonObject().put("version", "v2"))
            .mergeIn(more, true));
    scores = ScoreLog.of(gateway.running().bus());
  }

  private void start() throws Exception {
    start(new JsonObject());
  }

  private static JsonObject timeout(String timeout) {
    return new JsonObject()
        .put(
            "proxy-client",
            new JsonObject().put("to-main-and-canary", new JsonObject().put("timeout", timeout)));
  }

  /** Reads to the end: a client that leaves after an interim response has seen no failure. */
  private void get(String... fields) throws IOException {
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send(request("GET /a HTTP/1.1\r\nConnection: close", fields)).readAll();
    }
  }

  private Scored only() {
    List<Scored> all = scores.settled();
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  @Test
  void eachClientIsScoredByItsAssignmentAndItsTarget() throws Exception {
    start(new JsonObject().put("rollout", new JsonObject().put("key-header", "X-User")));
    get(TO_CANARY);
    get("Cookie: maxwellsdaemon=0.8");
    get("X-User: somebody");
    get();
    List<Scored> all = scores.settled();
    assertThat(all).hasSize(4).noneMatch(Scored::failed);
    assertThat(all).allMatch(each -> each.canary() == each.client() < 0.5);
    assertThat(all).extracting(Scored::weight).containsOnly(0.5);
    assertThat(all).extracting(Scored::version).containsOnly("v2");
    assertThat(scores.settledTexts()).contains("canary 0.25", "main 0.8");
    // The targets are told the assignments, which a key or chance has made.
    assertThat(sentTo(gateway.canary)).isEqualTo(clients(all, true));
    assertThat(sentTo(gateway.main)).isEqualTo(clients(all, false));
  }

  private static Set<Double> sentTo(ScriptedUpstream target) {
    return target.received().stream()
        .map(each -> Double.valueOf(each.header("maxwellsdaemon")))
        .collect(Collectors.toSet());
  }

  private static Set<Double> clients(List<Scored> scored, boolean canary) {
    return scored.stream()
        .filter(each -> each.canary() == canary)
        .map(Scored::client)
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @CsvSource({"200, false", "301, false", "404, false", "429, true", "500, true", "503, true"})
  void listedStatusesAreFailures(int status, boolean failed) throws Exception {
    gateway.canary.answer(status(status));
    gateway.main.answer(status(status));
    JsonArray errors = new JsonArray().add("5xx").add("429");
    start(
        new JsonObject()
            .put("release", new JsonObject().put("judge", new JsonObject().put("errors", errors))));
    get(TO_CANARY);
    assertThat(only().failed()).isEqualTo(failed);
    get(TO_MAIN);
    assertThat(scores.settled()).hasSize(2).allMatch(each -> each.failed() == failed);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ENDLESS_STATUS") // Relayed without an end.
  void eachFailureOfATargetIsOne(FallbackTest.Failure failure) throws Exception {
    gateway.main.script(failure.script);
    gateway.canary.script(failure.script);
    start(failure.cause.equals("timeout") ? timeout(TIMEOUT) : new JsonObject());
    get(TO_CANARY);
    assertThat(only().text()).isEqualTo("canary 0.25 failed");
    get(TO_MAIN);
    List<Scored> all = scores.settled();
    assertThat(all.get(1).text()).isEqualTo("main 0.75 failed");
    if (failure == FallbackTest.Failure.HANG) {
      assertThat(all).allMatch(each -> each.exceeded() >= BOUNDS_BELOW_TIMEOUT);
    }
  }

  @Test
  void aTargetThatCannotBeConnectedToHasFailed() throws Exception {
    start();
    gateway.canary.close(); // Not before: the gateway could get the free port.
    get(TO_CANARY);
    assertThat(scores.settledTexts()).containsExactly("canary 0.25 failed");
  }

  @Test
  void aRetriedRequestIsOne() throws Exception {
    start();
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send(request("GET /a HTTP/1.1", TO_CANARY)).reply();
      gateway.canary.script(
          (request, link) -> {
            gateway.canary.answer(ok("canary"));
            link.reset();
          });
      assertThat(client.send(request("GET /b HTTP/1.1", TO_CANARY)).reply().status())
          .isEqualTo(200);
    }
    assertThat(gateway.metric("gateway_upstream_retries_total")).isEqualTo(1);
    assertThat(scores.settledTexts()).containsExactly("canary 0.25", "canary 0.25");
  }

  @Test
  void aClientThatLeavesIsNoFailureButHasWaited() throws Exception {
    gateway.canary.script(FallbackTest.Failure.HANG.script);
    start();
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send(request("GET /a HTTP/1.1", TO_CANARY));
      await().until(() -> gateway.canary.received().size() == 1);
      await().pollDelay(WAIT).until(() -> true);
    }
    assertThat(only().text()).isEqualTo("canary 0.25");
    assertThat(only().exceeded()).isGreaterThanOrEqualTo(BOUNDS_BELOW_WAIT);
  }

  /** Canary gets fewer requests than main, so its connections have to be opened more often. */
  @Test
  void theWaitForAConnectionIsNoSlowness() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    gateway.canary.script(
        (request, link) -> {
          awaitQuietly(held);
          link.readBody().send(ok("late"));
        });
    JsonObject oneConnection = new JsonObject().put("timeout", "10s").put("max-conns", 1);
    start(
        new JsonObject()
            .put("proxy-client", new JsonObject().put("to-main-and-canary", oneConnection)));
    List<RawSocket> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        clients.add(new RawSocket(gateway.port()));
        clients.get(i).send(request("GET /a HTTP/1.1", "maxwellsdaemon: 0.1" + i));
      }
      await().until(() -> gateway.metric("gateway_requests_in_flight") == clients.size());
      await().pollDelay(Duration.ofMillis(2_000)).until(() -> true);
      int sent = gateway.canary.received().size(); // One on each event loop.
      assertThat(sent).isBetween(1, 3);
      held.countDown();
      await().untilAsserted(() -> assertThat(scores.settled()).hasSize(4));
      assertThat(scores.settled())
          .filteredOn(each -> each.exceeded() > BOUNDS_BELOW_A_SECOND)
          .as("those that waited for canary, and not for a connection")
          .hasSize(sent);
    } finally {
      for (RawSocket client : clients) {
        client.close();
      }
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"HANG", "HANG_IN_HEAD"})
  void ofAFallbackOnlyCanaryCounts(FallbackTest.Failure failure) throws Exception {
    gateway.canary.script(failure.script);
    start(new JsonObject().put("canary-fallback", new JsonObject().put("after", "5s")));
    get(TO_CANARY);
    assertThat(gateway.main.received()).hasSize(1);
    assertThat(scores.settledTexts()).containsExactly("canary 0.25 failed");
  }

  /** Main has more time, so that this would not be the same failure of both. */
  @ParameterizedTest
  @EnumSource(names = {"HANG", "HANG_IN_HEAD"})
  void canaryThatIsOvertakenByTheFallbackIsSlow(FallbackTest.Failure failure) throws Exception {
    gateway.canary.script(failure.script);
    start(new JsonObject().put("canary-fallback", new JsonObject().put("after", TIMEOUT)));
    get(TO_CANARY);
    assertThat(gateway.main.received()).hasSize(1);
    assertThat(only().text()).isEqualTo("canary 0.25");
    assertThat(only().exceeded()).isGreaterThanOrEqualTo(BOUNDS_BELOW_TIMEOUT);
  }

  @Test
  void whatTheRolloutDidNotDecideIsNotScored() throws Exception {
    start(
        new JsonObject()
            .put(
                "canary-when",
                new JsonArray()
                    .add(new JsonObject().put("headers", new JsonObject().put("X-Beta", "1")))));
    get("X-Canary: true", TO_MAIN);
    get("X-Canary: false", TO_CANARY);
    get("X-Beta: 1", TO_MAIN);
    gateway.ask(request("GET /application/health HTTP/1.1", TO_CANARY));
    gateway.ask(request("TRACE / HTTP/1.1", TO_CANARY));
    assertThat(gateway.canary.received()).hasSize(2);
    assertThat(gateway.main.received()).hasSize(1);
    assertThat(scores.settled()).isEmpty();
  }

  /** Without new clients of canary, those of main would be evidence for canary. */
  @Test
  void whileTheBreakerAdmitsNothingMainIsNotScoredEither() throws Exception {
    start(new JsonObject().put("circuit-breaker", new JsonObject().put("request-limit-canary", 1)));
    get(TO_MAIN);
    get(TO_CANARY);
    get(TO_CANARY);
    get(TO_MAIN);
    get(TO_MAIN);
    assertThat(gateway.main.received()).hasSize(4);
    assertThat(scores.settledTexts()).containsExactlyInAnyOrder("main 0.75", "canary 0.25");
  }

  @Test
  void upgradesAndHeadAndInterimResponsesCountByTheirFinalHead() throws Exception {
    gateway.canary.answer("HTTP/1.1 101 Switch\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n");
    start();
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send(request("GET / HTTP/1.1", TO_CANARY, "Connection: Upgrade", "Upgrade: foo"));
      client.readUntil("\r\n\r\n");
      assertThat(scores.settledTexts()).containsExactly("canary 0.25");
    }
    gateway.canary.answer("HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\n");
    gateway.ask(request("HEAD / HTTP/1.1", TO_CANARY));
    gateway.canary.answer("HTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n" + status(503));
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send(request("GET / HTTP/1.1", TO_CANARY)).readUntil("503");
    }
    assertThat(scores.settledTexts())
        .containsExactlyInAnyOrder("canary 0.25", "canary 0.25 failed", "canary 0.25 failed");
  }

  @Test
  void aBodyThatIsMalformedIsNoOutcome() throws Exception {
    start();
    String head = request("POST / HTTP/1.1", TO_CANARY, "Transfer-Encoding: chunked");
    assertThat(gateway.ask(head + "no size\r\n").status()).isEqualTo(400);
    assertThat(scores.settled()).isEmpty();
  }

  /** The client decides how long it sends, so the target's time begins when it has the body. */
  @ParameterizedTest
  @CsvSource({TO_CANARY + ", canary 0.25 failed", TO_MAIN + ", main 0.75 failed"})
  void aBodyThatTakesLongerThanTheDeadlineCountsByItsOutcome(String client, String scored)
      throws Exception {
    gateway.main.script((request, link) -> link.readBody().send(status(500)));
    gateway.canary.script((request, link) -> link.readBody().send(status(500)));
    start(timeout("700ms"));
    try (RawSocket slow = new RawSocket(gateway.port())) {
      slow.send(request("POST / HTTP/1.1", client, "Content-Length: 2") + "a");
      await().until(() -> gateway.metric("gateway_requests_in_flight") == 1);
      assertThat(scores.settled()).as("while it still sends").isEmpty();
      assertThat(slow.send("b").reply().status()).isEqualTo(500);
    }
    assertThat(scores.settledTexts()).containsExactly(scored);
  }

  @Test
  void aTargetThatAnswersBeforeALongBodyHasEndedCounts() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    gateway.canary.script(
        (request, link) -> {
          awaitQuietly(held);
          link.send(status(500));
        });
    start(timeout("700ms"));
    try (RawSocket slow = new RawSocket(gateway.port())) {
      slow.send(request("POST / HTTP/1.1", TO_CANARY, "Content-Length: 2") + "a");
      await().until(() -> gateway.canary.received().size() == 1);
      assertThat(scores.settled()).as("while it still sends").isEmpty();
      held.countDown();
      assertThat(slow.reply().status()).isEqualTo(500);
    }
    assertThat(scores.settledTexts()).containsExactly("canary 0.25 failed");
  }

  @Test
  void aBodyThatComesSlowlyButInTimeIsOne() throws Exception {
    gateway.canary.script((request, link) -> link.readBody().send(status(500)));
    start();
    try (RawSocket slow = new RawSocket(gateway.port())) {
      slow.send(request("POST / HTTP/1.1", TO_CANARY, "Content-Length: 2") + "a");
      await().until(() -> gateway.canary.received().size() == 1);
      await().pollDelay(Duration.ofMillis(1_100)).until(() -> true);
      assertThat(slow.send("b").reply().status()).isEqualTo(500);
    }
    assertThat(scores.settledTexts()).containsExactly("canary 0.25 failed");
  }

  /** As {@code aClientThatLeavesIsNoFailureButHasWaited}, when nobody waits for its outcome. */
  @Test
  void aClientThatGivesUpALongUploadHasWaited() throws Exception {
    gateway.canary.script(FallbackTest.Failure.HANG.script);
    start();
    try (RawSocket slow = new RawSocket(gateway.port())) {
      slow.send(request("POST / HTTP/1.1", TO_CANARY, "Content-Length: 2") + "a");
      await().until(() -> gateway.canary.received().size() == 1);
      assertThat(scores.settled()).as("while it still sends").isEmpty();
    }
    await().untilAsserted(() -> assertThat(scores.settled()).hasSize(1));
    assertThat(only().text()).isEqualTo("canary 0.25");
    assertThat(only().exceeded()).isGreaterThanOrEqualTo(BOUNDS_BELOW_A_SECOND);
  }

  /** Observers of the same request hear of it too, since it is traced and mirrored. */
  @Test
  void aResponseThatBreaksOffIsAFailure() throws Exception {
    String part = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc";
    gateway.canary.script((request, link) -> link.readBody().send(part).close());
    start(new JsonObject().put("mirror", new JsonObject().put("to", gateway.main.url())));
    get(TO_CANARY);
    assertThat(scores.settledTexts()).containsExactly("canary 0.25", "canary 0.25 failed");
  }

  /** Else a target that hangs would fail for the few clients only that got a connection. */
  @ParameterizedTest
  @CsvSource({TO_CANARY, TO_MAIN})
  void aTargetWhoseConnectionsAreAllInUseHasFailed(String client) throws Exception {
    gateway.main.script(FallbackTest.Failure.HANG.script);
    gateway.canary.script(FallbackTest.Failure.HANG.script);
    JsonObject oneConnection = new JsonObject().put("timeout", "1s").put("max-conns", 1);
    start(
        new JsonObject()
            .put("proxy-client", new JsonObject().put("to-main-and-canary", oneConnection)));
    int clients = 8 * ProxyFixture.EVENT_LOOPS;
    RawSocket[] sockets = new RawSocket[clients];
    for (int i = 0; i < clients; i++) {
      sockets[i] = new RawSocket(gateway.port()).send(request("GET / HTTP/1.1", client));
    }
    int full = 0;
    for (RawSocket socket : sockets) {
      full += socket.reply().status() == 503 ? 1 : 0;
      socket.close();
    }
    assertThat(full).isPositive();
    assertThat(scores.settled()).hasSize(clients).allMatch(Scored::failed);
    assertThat(scores.settled()).allMatch(each -> each.canary() == client.equals(TO_CANARY));
  }

  @Test
  void ofAFallbackWithoutAConnectionToCanaryOnlyCanaryCounts() throws Exception {
    gateway.canary.script(FallbackTest.Failure.HANG.script);
    JsonObject oneConnection = new JsonObject().put("timeout", "1s").put("max-conns", 1);
    start(
        new JsonObject()
            .put("canary-fallback", new JsonObject().put("after", "500ms"))
            .put("proxy-client", new JsonObject().put("to-main-and-canary", oneConnection)));
    int clients = 8 * ProxyFixture.EVENT_LOOPS;
    RawSocket[] sockets = new RawSocket[clients];
    for (int i = 0; i < clients; i++) {
      sockets[i] = new RawSocket(gateway.port()).send(request("GET / HTTP/1.1", TO_CANARY));
    }
    for (RawSocket socket : sockets) {
      socket.reply();
      socket.close();
    }
    assertThat(scores.settled())
        .hasSize(clients)
        .allMatch(Scored::canary)
        .filteredOn(each -> each.failed() || each.exceeded() >= BOUNDS_BELOW_TIMEOUT)
        .as("all but those that got a connection at the last moment")
        .hasSizeGreaterThanOrEqualTo(clients / 2);
  }

  @Test
  void aDeadlineBehindTheHeadIsNoFailure() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    gateway.canary.script(
        (request, link) -> {
          link.readBody()
              .send(
                  "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\n"
                      + "Transfer-Encoding: chunked\r\n\r\n");
          awaitQuietly(held);
        });
    JsonArray errors = new JsonArray().add("5xx").add("grpc");
    start(
        new JsonObject()
            .put("release", new JsonObject().put("judge", new JsonObject().put("errors", errors))));
    try (RawSocket client = new RawSocket(gateway.port())) {
      client
          .send(
              request(
                  "POST /a HTTP/1.1",
                  TO_CANARY,
                  "Content-Type: application/grpc",
                  "grpc-timeout: 300m",
                  "Content-Length: 0"))
          .readAll();
    }
    held.countDown();
    assertThat(scores.settledTexts()).containsExactly("canary 0.25");
  }

  @Test
  void aClientWhoseDeadlineIsOverHasLeft() throws Exception {
    gateway.canary.script(FallbackTest.Failure.HANG.script);
    gateway.main.script(FallbackTest.Failure.HANG.script);
    start();
    for (String client : List.of(TO_CANARY, TO_MAIN)) {
      String call =
          request(
              "POST /a HTTP/1.1",
              client,
              "Content-Type: application/grpc",
              "grpc-timeout: 40m",
              "Content-Length: 0");
      assertThat(gateway.ask(call).header("grpc-status")).isEqualTo("4");
    }
    assertThat(scores.settledTexts()).containsExactlyInAnyOrder("canary 0.25", "main 0.75");
    assertThat(scores.settled()).allMatch(each -> each.exceeded() >= BOUNDS_BELOW_WAIT);
  }
}
