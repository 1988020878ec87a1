package io.canarygateway.proxy;

import static io.canarygateway.fixtures.ScriptedGateway.request;
import static io.canarygateway.proxy.FallbackFixture.ok;
import static io.canarygateway.proxy.FallbackFixture.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.ReceivedRequest;
import io.canarygateway.fixtures.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies of requests: what is sent, what is counted, and that the original does not notice. */
class MirrorTest {

  private static final String GET = request("GET /a?b=c HTTP/1.1", "X-A: 1", "Cookie: a=b");
  private static final int MAX_BODY = 100_000;

  @RegisterExtension final FallbackFixture gateway = new FallbackFixture();

  private JsonObject mirror() {
    return new JsonObject()
        .put("to", gateway.other.url())
        .put("max-body", MAX_BODY)
        .put("methods", new JsonArray().add("GET").add("HEAD").add("POST"));
  }

  private void start(JsonObject mirror) throws Exception {
    gateway.start("main", "mirror", mirror);
  }

  private void awaitMirrored(String result, int count) {
    await().untilAsserted(() -> assertThat(gateway.mirrored(result)).isEqualTo(count));
  }

  private static String post(String body) {
    return request("POST / HTTP/1.1", "Content-Length: " + body.length()) + body;
  }

  @Test
  void aCopyIsTheSameRequestForAnotherHost() throws Exception {
    gateway.other.answer("HTTP/1.1 200 OK\r\nSet-Cookie: x=y\r\nContent-Length: 5\r\n\r\nother");
    start(mirror());
    Reply reply = gateway.ask(GET);
    assertThat(reply.body()).isEqualTo("main");
    assertThat(reply.header("Set-Cookie")).isNull();
    awaitMirrored("sent", 1);
    ReceivedRequest original = gateway.main.only();
    ReceivedRequest copy = gateway.other.only();
    assertThat(copy.header("Host")).isEqualTo("127.0.0.1:" + gateway.other.port());
    assertThat(copy.head().text().replaceFirst("Host: .*", ""))
        .isEqualTo(original.head().text().replaceFirst("Host: .*", ""));
    assertThat(gateway.metric("gateway_mirror_compared_total{same=\"true\"}")).isEqualTo(1);
    assertThat(gateway.canary.received()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5_000, MAX_BODY})
  void aBodyIsCopied(int length) throws Exception {
    start(mirror());
    String body = "x".repeat(length);
    assertThat(gateway.ask(post(body)).body()).isEqualTo("main");
    awaitMirrored("sent", 1);
    assertThat(gateway.main.only().body()).isEqualTo(body);
    assertThat(gateway.other.only().body()).isEqualTo(body);
    assertThat(gateway.other.faults()).isEmpty();
  }

  @Test
  void aChunkedBodyIsCopied() throws Exception {
    start(mirror());
    String chunks = "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n";
    gateway.ask(request("POST / HTTP/1.1", "Transfer-Encoding: chunked") + chunks);
    awaitMirrored("sent", 1);
    assertThat(gateway.other.only().body()).isEqualTo("abcdefg");
    assertThat(gateway.other.faults()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length", "chunked"})
  void aBodyThatIsTooLargeIsNotCopied(String framing) throws Exception {
    start(mirror());
    String body = "x".repeat(MAX_BODY + 1);
    String sent =
        framing.equals("chunked")
            ? request("POST / HTTP/1.1", "Transfer-Encoding: chunked")
                + Integer.toHexString(body.length())
                + "\r\n"
                + body
                + "\r\n0\r\n\r\n"
            : post(body);
    assertThat(gateway.ask(sent).body()).isEqualTo("main");
    assertThat(gateway.main.only().body()).isEqualTo(body);
    awaitMirrored("dropped", 1);
    assertThat(gateway.other.received()).isEmpty();
  }

  @Test
  void methodsAndUpgradesThatAreNotListedAreNotCounted() throws Exception {
    gateway.main.script((request, link) -> link.readBody().send(status(403)));
    start(mirror().put("methods", new JsonArray().add("GET")));
    gateway.ask(post("a"));
    gateway.ask(request("GET / HTTP/1.1", "Connection: Upgrade", "Upgrade: foo"));
    gateway.ask(GET);
    awaitMirrored("sent", 1);
    assertThat(gateway.mirrored("dropped") + gateway.mirrored("failed")).isZero();
    assertThat(gateway.other.only().line()).startsWith("GET /a");
  }

  @ParameterizedTest
  @CsvSource({"500, false", "204, true", "404, false"})
  void statusClassesAreCompared(int status, boolean same) throws Exception {
    gateway.other.answer("HTTP/1.1 " + status + " S\r\nContent-Length: 0\r\n\r\n");
    start(mirror());
    gateway.ask(GET);
    await()
        .untilAsserted(
            () ->
                assertThat(gateway.metric("gateway_mirror_compared_total{same=\"" + same + "\"}"))
                    .isEqualTo(1));
    assertThat(gateway.mirrored("sent")).isEqualTo(1);
  }

  @Test
  void aMirrorThatFailsIsCountedAndHasNothingToCompare() throws Exception {
    gateway.other.script((request, link) -> link.reset());
    start(mirror());
    assertThat(gateway.ask(GET).body()).isEqualTo("main");
    awaitMirrored("failed", 1);
    gateway.other.close();
    assertThat(gateway.ask(GET).body()).isEqualTo("main");
    awaitMirrored("failed", 2);
    assertThat(gateway.metric("gateway_mirror_compared_total{same=\"true\"}")).isZero();
    assertThat(gateway.metric("gateway_mirror_compared_total{same=\"false\"}")).isZero();
  }

  @Test
  void anOriginalWithoutAnAnswerIsNotCompared() throws Exception {
    start(mirror());
    gateway.main.close(); // Not before: the gateway could get the free port, and call itself.
    assertThat(gateway.ask(GET).status()).isEqualTo(502);
    awaitMirrored("sent", 1);
    assertThat(gateway.metric("gateway_mirror_compared_total{same=\"false\"}")).isZero();
  }

  @Test
  void canaryGetsCopiesOfMainsRequestsOutsideTheBreaker() throws Exception {
    gateway.canary.answer(status(500));
    start(mirror().put("to", "canary"));
    gateway.ask(GET);
    awaitMirrored("sent", 1);
    assertThat(gateway.canary.only().line()).isEqualTo("GET /a?b=c HTTP/1.1");
    assertThat(gateway.metric("gateway_breaker_errors")).isZero();
    assertThat(gateway.metric("gateway_breaker_requests")).isZero();
    assertThat(gateway.responses("canary", "5xx")).isZero();
    assertThat(gateway.ask(request("GET / HTTP/1.1", "X-Canary: true")).status()).isEqualTo(500);
    assertThat(gateway.canary.received()).hasSize(2);
    assertThat(gateway.mirrored("sent") + gateway.mirrored("dropped")).isEqualTo(1);
  }

  @Test
  void aFallbackIsComparedWithMainsStatus() throws Exception {
    gateway.canary.answer(status(500));
    gateway.startWith(
        "canary",
        "10s",
        new JsonObject().put("canary-fallback", new JsonObject()).put("mirror", mirror()));
    assertThat(gateway.ask(GET).body()).isEqualTo("main");
    awaitMirrored("sent", 1);
    assertThat(gateway.metric("gateway_mirror_compared_total{same=\"true\"}")).isEqualTo(1);
  }

  @Test
  void anEndlessAnswerIsNotReadFar() throws Exception {
    gateway.other.script(
        (request, link) -> {
          link.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
          byte[] part = new byte[10_000];
          for (int i = 0; i < 100_000; i++) {
            link.send(part); // Ends with an exception, once the gateway closes.
          }
        });
    start(mirror());
    assertThat(gateway.ask(GET).body()).isEqualTo("main");
    awaitMirrored("sent", 1);
    await().until(() -> gateway.other.open() == 0);
  }

  @Test
  void aClientThatLeavesDoesNotMatterToACompleteCopy() throws Exception {
    gateway.main.script((request, link) -> {});
    gateway.other.script(
        (request, link) -> {
          await().until(() -> gateway.metric("gateway_client_aborts_total") == 1);
          link.send(ok("other"));
        });
    start(mirror());
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send(GET);
      await().until(() -> gateway.other.received().size() == 1);
    }
    awaitMirrored("sent", 1);
  }

  @Test
  void aClientThatLeavesInItsBodyHasNoCopy() throws Exception {
    start(mirror());
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send(request("POST / HTTP/1.1", "Content-Length: 100") + "abc");
      await().until(() -> gateway.main.received().size() == 1);
    }
    awaitMirrored("dropped", 1);
    assertThat(gateway.other.received()).isEmpty();
  }

  @Test
  void theShareIsThatOfTheFraction() throws Exception {
    start(mirror().put("fraction", 0.3));
    int requests = 1_000;
    try (RawSocket client = new RawSocket(gateway.port())) {
      for (int i = 0; i < requests; i++) {
        assertThat(client.send(GET).reply().body()).isEqualTo("main");
      }
    }
    // Five standard deviations of a binomial distribution.
    double deviation = 5 * Math.sqrt(requests * 0.3 * 0.7);
    await()
        .untilAsserted(
            () ->
                assertThat(gateway.mirrored("sent") + gateway.mirrored("dropped"))
                    .isBetween(300 - deviation, 300 + deviation));
    assertThat(gateway.mirrored("failed")).isZero();
  }

  @Test
  void aMirrorThatHangsChangesNothingAndTheCountsAddUp() throws Exception {
    gateway.other.script((request, link) -> {});
    gateway.startWith("main", "3s", new JsonObject().put("mirror", mirror()));
    int requests = 2_000;
    long slowest = 0;
    try (RawSocket client = new RawSocket(gateway.port())) {
      for (int i = 0; i < requests; i++) {
        long begin = System.nanoTime();
        assertThat(client.send(GET).reply().body()).isEqualTo("main");
        slowest = Math.max(slowest, System.nanoTime() - begin);
      }
    }
    assertThat(TimeUnit.NANOSECONDS.toMillis(slowest)).as("the timeout").isLessThan(3_000);
    assertThat(gateway.metric("gateway_upstream_connections")).isLessThanOrEqualTo(2 * 256 + 2);
    await()
        .untilAsserted(
            () ->
                assertThat(gateway.mirrored("failed") + gateway.mirrored("dropped"))
                    .isEqualTo(requests));
    assertThat(gateway.mirrored("failed")).isPositive();
    assertThat(gateway.mirrored("sent")).isZero();
    gateway.other.answer(ok("other"));
    gateway.ask(GET);
    awaitMirrored("sent", 1); // The places are free again.
  }
}
