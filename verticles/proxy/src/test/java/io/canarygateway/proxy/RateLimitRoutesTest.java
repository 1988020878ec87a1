package io.canarygateway.proxy;

import static io.canarygateway.fixtures.ScriptedGateway.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rate-limit} of several routes, changed live, and over HTTP/2. */
class RateLimitRoutesTest {

  @TempDir private Path directory;
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

  private JsonObject targets() {
    return new JsonObject().put("main-target", upstream.url()).put("canary-target", upstream.url());
  }

  private JsonObject limited(int requests) {
    return targets()
        .put(
            "rate-limit",
            new JsonObject().put("requests", requests).put("per", "24h").put("by", "route"));
  }

  private JsonObject route(String prefix) {
    return targets().put("match", new JsonObject("{\"path\": {\"prefix\": \"" + prefix + "\"}}"));
  }

  private int get(String path, String... fields) throws IOException {
    try (RawSocket client = new RawSocket(proxy.port())) {
      return client.send(request("GET " + path + " HTTP/1.1", fields)).reply().status();
    }
  }

  @Test
  void aRouteThatInheritsTheLimitHasBucketsOfItsOwn() throws Exception {
    proxy =
        ProxyFixture.start(
            limited(1)
                .put(
                    "routes",
                    new JsonObject()
                        .put("heir", route("/heir"))
                        .put("own", route("/own").mergeIn(limited(2)))
                        .put(
                            "moved",
                            new JsonObject()
                                .put(
                                    "match", new JsonObject("{\"path\": {\"prefix\": \"/moved\"}}"))
                                .put("redirect", new JsonObject("{\"path\": \"/new\"}")))));
    assertThat(List.of(get("/"), get("/"))).containsExactly(200, 429);
    assertThat(List.of(get("/heir"), get("/heir"))).containsExactly(200, 429);
    assertThat(List.of(get("/own"), get("/own"), get("/own"))).containsExactly(200, 200, 429);
    assertThat(List.of(get("/moved"), get("/moved"))).containsExactly(302, 302);
    assertThat(proxy.metric("gateway_rate_limited_requests_total{route=\"own\"}")).isEqualTo(1);
    assertThat(proxy.metrics()).doesNotContain("gateway_rate_limited_requests_total{route=\"moved");
  }

  @Test
  void aChangeKeepsTheBucketsOfALimitThatItDoesNotConcern() throws Exception {
    proxy = ProxyFixture.start(limited(2));
    assertThat(List.of(get("/"), get("/"), get("/"))).containsExactly(200, 200, 429);
    proxy.use(limited(2).put("preserve-host", true));
    assertThat(get("/")).isEqualTo(429);
    proxy.use(limited(3));
    assertThat(List.of(get("/"), get("/"), get("/"), get("/")))
        .as("another limit has another bucket, which is full")
        .containsExactly(200, 200, 200, 429);
    proxy.use(targets());
    assertThat(get("/")).isEqualTo(200);
    proxy.use(limited(1));
    assertThat(List.of(get("/"), get("/"))).containsExactly(200, 429);
  }

  @Test
  void theHealthCheckIsNeverRefused() throws Exception {
    proxy = ProxyFixture.start(limited(1));
    assertThat(List.of(get("/"), get("/"))).containsExactly(200, 429);
    assertThat(get("/application/health")).isEqualTo(200);
  }

  @Test
  void neitherXCanaryNorTheKillSwitchLiftTheLimit() throws Exception {
    proxy = ProxyFixture.start(limited(1));
    assertThat(List.of(get("/", "X-Canary: true"), get("/", "X-Canary: true")))
        .containsExactly(200, 429);
    proxy.use(limited(1).put("canary-enabled", false));
    assertThat(get("/")).isEqualTo(429);
  }

  @Test
  void aRefusedRequestDoesNotCountForTheBreaker() throws Exception {
    proxy =
        ProxyFixture.start(
            limited(1)
                .put("strategy", "canary")
                .put("circuit-breaker", new JsonObject().put("request-limit-canary", 10)));
    assertThat(List.of(get("/"), get("/"), get("/"))).containsExactly(200, 429, 429);
    assertThat(proxy.metric("gateway_breaker_requests")).isEqualTo(1);
    await().until(() -> proxy.metric("gateway_requests_in_flight") == 0);
  }

  @Test
  void theAccessLogShowsTheStatusAndTheRoute() throws Exception {
    Path file = directory.resolve("access.log");
    proxy =
        ProxyFixture.start(
            limited(1).put("access-log", "json").put("access-log-file", file.toString()));
    get("/");
    await().until(() -> Files.exists(file) && Files.readAllLines(file).size() == 1);
    get("/refused");
    await().until(() -> Files.readAllLines(file).size() == 2);
    JsonObject line = new JsonObject(Files.readAllLines(file).get(1));
    assertThat(line.getString("path")).isEqualTo("/refused");
    assertThat(line.getInteger("status")).isEqualTo(429);
    assertThat(line.getString("route")).isEqualTo("default");
    assertThat(line.getString("target")).isEqualTo("-");
  }

  @Test
  void overHttp2OnlyTheStreamEnds() throws Exception {
    proxy = ProxyFixture.start(limited(2).put("router-server", new JsonObject().put("h2c", true)));
    Vertx vertx = Vertx.vertx();
    try {
      HttpClient client =
          vertx.createHttpClient(
              new HttpClientOptions()
                  .setProtocolVersion(HttpVersion.HTTP_2)
                  .setHttp2ClearTextUpgrade(false));
      List<HttpClientResponse> responses = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        responses.add(wait(post(client, "text/plain")));
      }
      assertThat(responses)
          .extracting(HttpClientResponse::statusCode)
          .containsExactly(200, 200, 429, 429);
      assertThat(responses)
          .extracting(one -> one.request().connection())
          .containsOnly(responses.get(0).request().connection());
      assertThat(responses.get(3).getHeader("Retry-After")).isNotNull();

      HttpClientResponse call = wait(post(client, "application/grpc"));
      assertThat(call.statusCode()).isEqualTo(200);
      assertThat(call.getHeader("grpc-status")).isEqualTo("8");
    } finally {
      wait(vertx.close());
    }
    assertThat(upstream.received()).hasSize(2);
  }

  /** The response's head. A refused request's body is not read: its stream is reset behind that. */
  private Future<HttpClientResponse> post(HttpClient client, String type) {
    return client
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(proxy.port())
                .putHeader("Content-Type", type))
        .compose(request -> request.send(Buffer.buffer("12345")));
  }

  private static <T> T wait(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get();
  }
}
