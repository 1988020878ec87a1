package io.canarygateway.proxy;

import static io.canarygateway.fixtures.ScriptedGateway.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code rate-limit} over HTTP/1.1. No token comes back while a test runs. */
class RateLimitTest {

  private static final String GET = request("GET / HTTP/1.1");

  private ScriptedUpstream upstream;
  private ProxyFixture proxy;

  @BeforeEach
  void startUpstream() throws IOException {
    upstream = new ScriptedUpstream();
    upstream.answer(ScriptedUpstream.OK);
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    upstream.close();
  }

  private JsonObject config(int requests, String by) {
    return new JsonObject()
        .put("main-target", upstream.url())
        .put("canary-target", upstream.url())
        .put("rate-limit", limit(requests, by));
  }

  private static JsonObject limit(int requests, String by) {
    return new JsonObject().put("requests", requests).put("per", "24h").put("by", by);
  }

  private static JsonObject trusting(JsonObject config) {
    return config.put("trusted-proxies", new JsonArray().add("127.0.0.0/8").add("10.0.0.0/8"));
  }

  private void start(JsonObject config) throws Exception {
    proxy = ProxyFixture.start(config);
  }

  private Reply ask(String request) throws IOException {
    try (RawSocket client = new RawSocket(proxy.port())) {
      return client.send(request).reply(request.substring(0, request.indexOf(' ')));
    }
  }

  private int get(String... fields) throws IOException {
    return ask(request("GET / HTTP/1.1", fields)).status();
  }

  @ParameterizedTest
  @ValueSource(strings = {"client", "route", "header:X-Key"})
  void requestsBeyondTheLimitAreRefused(String by) throws Exception {
    start(config(2, by));
    assertThat(List.of(get(), get(), get(), get())).containsExactly(200, 200, 429, 429);
    assertThat(upstream.received()).as("a refused request goes nowhere").hasSize(2);
    assertThat(proxy.metric("gateway_rate_limited_requests_total")).isEqualTo(2);
    assertThat(proxy.metric("gateway_errors_total{status=\"429\"}")).isEqualTo(2);
    assertThat(proxy.routed("main", "")).isEqualTo(2);
  }

  @Test
  void theRefusalSaysWhenToComeBack() throws Exception {
    start(config(1, "client"));
    ask(GET);
    Reply reply = ask(GET);
    assertThat(reply.status()).isEqualTo(429);
    assertThat(Integer.parseInt(reply.header("Retry-After"))).isBetween(86_000, 86_400);
    assertThat(reply.body()).isEqualTo("429 Too Many Requests: the rate limit is reached\n");
    assertThat(ask(request("HEAD / HTTP/1.1")).body()).isEmpty();
  }

  @Test
  void theTimeToComeBackIsAtLeastASecond() throws Exception {
    start(config(1, "client").put("rate-limit", new JsonObject().put("requests", 1)));
    Reply reply = ask(GET);
    for (int i = 0; i < 1_000 && reply.status() == 200; i++) {
      reply = ask(GET);
    }
    assertThat(reply.header("Retry-After")).isEqualTo("1");
  }

  @Test
  void theConnectionIsKeptIfTheRequestWasRead() throws Exception {
    start(config(1, "client"));
    try (RawSocket client = new RawSocket(proxy.port())) {
      client.send(GET.repeat(3));
      List<Reply> replies = List.of(client.reply(), client.reply(), client.reply());
      assertThat(replies).extracting(Reply::status).containsExactly(200, 429, 429);
      assertThat(replies).noneMatch(Reply::saysClose);
    }
  }

  @Test
  void theConnectionEndsIfTheBodyWasNotRead() throws Exception {
    start(config(1, "client"));
    ask(GET);
    try (RawSocket client = new RawSocket(proxy.port())) {
      client.send(request("POST /first HTTP/1.1", "Content-Length: 5") + "12345" + GET);
      List<Reply> replies = client.replies();
      assertThat(replies).extracting(Reply::status).containsExactly(429);
      assertThat(replies.get(0).saysClose()).isTrue();
    }
    assertThat(upstream.received()).hasSize(1);
  }

  @Test
  void theLimitIsExactOnAllEventLoopsTogether() throws Exception {
    start(config(137, "route"));
    int clients = 8;
    int requests = 50;
    ExecutorService pool = Executors.newFixedThreadPool(clients);
    List<Future<List<Integer>>> running = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      running.add(
          pool.submit(
              () -> {
                List<Integer> statuses = new ArrayList<>();
                try (RawSocket client = new RawSocket(proxy.port())) {
                  client.send(GET.repeat(requests));
                  for (int request = 0; request < requests; request++) {
                    statuses.add(client.reply().status());
                  }
                }
                return statuses;
              }));
    }
    List<Integer> statuses = new ArrayList<>();
    for (Future<List<Integer>> one : running) {
      statuses.addAll(one.get());
    }
    pool.shutdown();
    assertThat(statuses).hasSize(clients * requests).containsOnly(200, 429);
    assertThat(statuses).filteredOn(status -> status == 200).hasSize(137);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1,           192.0.2.2,          200",
    "192.0.2.1,           192.0.2.1,          429",
    "192.0.2.1,           '192.0.2.9, 192.0.2.1, 10.0.0.1', 429",
    "192.0.2.1,           '192.0.2.1, 192.0.2.9', 200",
    "2001:db8::1,         2001:db8::2:3,      429",
    "2001:db8::1,         '[2001:db8::9]:80', 429",
    "2001:db8::1,         2001:db8:0:1::1,    200",
    "unknown,             nonsense,           429"
  })
  void aClientIsWhoTheTrustedProxiesSay(String first, String second, int status) throws Exception {
    start(trusting(config(1, "client")));
    assertThat(get("X-Forwarded-For: " + first)).isEqualTo(200);
    assertThat(get("X-Forwarded-For: " + second)).isEqualTo(status);
  }

  @Test
  void whatOthersSayOfTheirAddressDoesNotCount() throws Exception {
    start(config(1, "client").put("trusted-proxies", new JsonArray().add("10.0.0.0/8")));
    assertThat(get("X-Forwarded-For: 192.0.2.1")).isEqualTo(200);
    assertThat(get("X-Forwarded-For: 192.0.2.2")).isEqualTo(429);
  }

  @Test
  void eachValueOfAHeaderHasABucket() throws Exception {
    start(config(1, "header:X-Key"));
    String longValue = "a".repeat(20_000);
    assertThat(get("X-Key: a")).isEqualTo(200);
    assertThat(get("x-key: a")).isEqualTo(429);
    assertThat(get("X-Key: b")).isEqualTo(200);
    assertThat(get("X-Key: " + longValue)).isEqualTo(200);
    assertThat(get("X-Key: " + longValue)).isEqualTo(429);
    assertThat(get("X-Key: " + longValue + "b")).isEqualTo(200);
    assertThat(get("X-Key: a", "X-Key: b")).as("several lines are one value").isEqualTo(200);
    assertThat(get("X-Key: a, b")).isEqualTo(200);
    assertThat(get()).as("requests without the header share a bucket").isEqualTo(200);
    assertThat(get("X-Key:")).isEqualTo(429);
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Real-IP", "X_Real_IP", "X-Forwarded-User", "X-User", "maxwellsdaemon"})
  void aHeaderThatTheGatewayDropsIsMissing(String name) throws Exception {
    start(
        config(1, "header:" + name)
            .put("rollout", new JsonObject().put("key-header", "X-User"))
            .put("trusted-proxies", new JsonArray().add("10.0.0.0/8")));
    assertThat(get(name + ": a")).isEqualTo(200);
    assertThat(get(name + ": b")).isEqualTo(429);
  }

  @Test
  void aFloodOfKeysFreesNoBusyKey() throws Exception {
    start(config(2, "header:X-Key"));
    assertThat(List.of(get("X-Key: busy"), get("X-Key: busy"))).containsOnly(200);
    int batch = 500;
    try (RawSocket client = new RawSocket(proxy.port())) {
      for (int i = 0; i < 6; i++) {
        StringBuilder requests = new StringBuilder();
        for (int j = 0; j < batch; j++) {
          requests.append(request("GET / HTTP/1.1", "X-Key: flood" + (i * batch + j)));
        }
        client.send(requests.toString());
        for (int j = 0; j < batch; j++) {
          assertThat(client.reply().status()).isEqualTo(200);
        }
      }
    }
    assertThat(get("X-Key: busy")).isEqualTo(429);
  }

  @Test
  void aCallOfGrpcIsToldThatAResourceIsExhausted() throws Exception {
    start(config(1, "client"));
    ask(GET);
    Reply reply =
        ask(
            request("POST /a.B/C HTTP/1.1", "Content-Type: application/grpc", "Content-Length: 5")
                + "12345");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("grpc-status")).isEqualTo("8");
    assertThat(reply.header("grpc-message")).isEqualTo("the rate limit is reached");
    assertThat(reply.body()).isEmpty();
  }
}
