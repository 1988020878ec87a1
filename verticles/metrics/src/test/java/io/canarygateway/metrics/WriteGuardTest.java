package io.canarygateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.JournalLines;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.message.ReleaseReports;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may change something by the API. */
class WriteGuardTest {

  private static final String PATH = "/api/v1/releases/shop";
  private static final String PAUSE = "{\"action\": \"pause\"}";

  @TempDir Path directory;
  private Path token;
  private final HttpClient client = HttpClient.newHttpClient();
  private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    token = Files.writeString(directory.resolve("token"), ApiFixture.TOKEN + "\n");
    api =
        ApiFixture.start(
            new JsonObject().put("admin", new JsonObject().put("token-file", token.toString())));
    api.execute(message -> message.reply(new ReleaseReports(List.of())));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private HttpResponse<String> with(String authorization) throws Exception {
    HttpRequest.Builder request = api.post(PATH, PAUSE).setHeader("Authorization", authorization);
    return api.send(request);
  }

  private static String error(HttpResponse<String> response) {
    return new JsonObject(response.body()).getString("error");
  }

  @Test
  void theTokenIsTheContentOfTheFile() throws Exception {
    assertThat(with("Bearer " + ApiFixture.TOKEN).statusCode()).isEqualTo(200);
    assertThat(with("bearer  " + ApiFixture.TOKEN).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Bearer", "Bearer ", "Bearer wrong", "Basic YTpi", "a-token-of-26-characters!!"})
  void anythingElseIsUnauthorized(String authorization) throws Exception {
    HttpResponse<String> refused = with(authorization);
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("www-authenticate")).contains("Bearer");
    assertThat(error(refused)).isNotEmpty();
    assertThat(api.commands).isEmpty();
  }

  @Test
  void aNewTokenCountsAtOnceAndABadFileRefusesAll() throws Exception {
    Files.writeString(token, "another-token-of-the-gateway");
    assertThat(with("Bearer " + ApiFixture.TOKEN).statusCode()).isEqualTo(401);
    assertThat(with("Bearer another-token-of-the-gateway").statusCode()).isEqualTo(200);
    Files.writeString(token, "short");
    HttpResponse<String> refused = with("Bearer short");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(error(refused)).contains("fewer than 16 characters");
    Files.delete(token);
    assertThat(error(with("Bearer short"))).contains("cannot be read");
    Files.writeString(token, ApiFixture.TOKEN);
    assertThat(with("Bearer " + ApiFixture.TOKEN).statusCode()).isEqualTo(200);
  }

  @Test
  void withoutATokenFileTheApiIsForReading() throws Exception {
    try (ApiFixture open = ApiFixture.start(new JsonObject())) {
      open.report(ApiFixture.release("shop"));
      HttpResponse<String> refused = open.send(open.post(PATH, PAUSE));
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(error(refused)).contains("admin.token-file is not set");
      assertThat(open.get(PATH).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aHundredWrongTokensAMinuteAreTheMost() throws Exception {
    try (JournalLines lines = new JournalLines("io.canarygateway.metrics")) {
      for (int i = 0; i < 100; i++) {
        assertThat(with("Bearer wrong").statusCode()).isEqualTo(401);
        if (i == 50) {
          for (int good = 0; good < 60; good++) {
            assertThat(with("Bearer " + ApiFixture.TOKEN).statusCode()).isEqualTo(200);
          }
        }
      }
      HttpResponse<String> refused = with("Bearer " + ApiFixture.TOKEN);
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("retry-after")).contains("60");
      assertThat(lines.toString().split("request of the API refused")).hasSize(2);
    }
    assertThat(api.get("/api/v1/releases").statusCode()).as("reading goes on").isEqualTo(503);
  }

  @Test
  void aBurstOfRightTokensLocksNobodyOut() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> burst = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      HttpRequest request =
          api.post(PATH, PAUSE).setHeader("Authorization", "Bearer " + ApiFixture.TOKEN).build();
      burst.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
    }
    for (CompletableFuture<HttpResponse<String>> each : burst) {
      assertThat(each.get(30, TimeUnit.SECONDS).statusCode()).isIn(200, 429);
    }
    assertThat(with("Bearer " + ApiFixture.TOKEN).statusCode()).isEqualTo(200);
  }

  @Test
  void aClientThatLeavesIsNoErrorOfTheLog() throws Exception {
    try (JournalLines lines = new JournalLines("io.canarygateway.metrics");
        JournalLines router = new JournalLines("io.vertx.ext.web")) {
      for (String path : List.of(PATH, "/ofrep/v1/evaluate/flags")) {
        try (RawSocket client = new RawSocket(api.host.portOf("metrics"))) {
          client.send(
              "POST "
                  + path
                  + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
                  + "Content-Type: application/json\r\nAuthorization: Bearer "
                  + ApiFixture.TOKEN
                  + "\r\n\r\n{");
        }
      }
      // The last of the port's connections is accepted and served behind those.
      for (int i = 0; i < 20; i++) {
        assertThat(api.raw("GET /health/live HTTP/1.1\r\nHost: localhost")).isEqualTo(200);
      }
      assertThat(lines.toString() + router).isEqualTo("[][]");
    }
  }

  @Test
  void whoTriesEverythingChangesNothingAndIsOneLogLine() throws Exception {
    try (JournalLines lines = new JournalLines("io.canarygateway.metrics")) {
      for (int i = 0; i < 1_000; i++) {
        assertThat(with("Bearer wrong-" + i).statusCode()).isEqualTo(i < 100 ? 401 : 429);
      }
      Files.writeString(token, "another-token-of-the-gateway");
      assertThat(with("Bearer " + ApiFixture.TOKEN).statusCode()).isEqualTo(429);
      HttpRequest.Builder crossOrigin =
          api.post(PATH, PAUSE).header("Origin", "http://evil.example");
      assertThat(api.send(crossOrigin).statusCode()).isEqualTo(403);
      assertThat(api.send(api.post(PATH, "x".repeat(1 << 20))).statusCode()).isEqualTo(429);
      String rebound = "POST " + PATH + " HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0";
      assertThat(api.raw(rebound)).isEqualTo(421);
      assertThat(lines.toString().split("request of the API refused")).hasSize(2);
    }
    assertThat(api.commands).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http://HOST, 200",
    "https://HOST, 200",
    "http://evil.example, 403",
    "http://localhost, 403",
    "null, 403",
    "http://evil.example/HOST, 403"
  })
  void aPageOfAnotherOriginChangesNothing(String origin, int status) throws Exception {
    String own = "127.0.0.1:" + api.host.portOf("metrics");
    HttpResponse<String> response =
        api.send(api.post(PATH, PAUSE).header("Origin", origin.replace("HOST", own)));
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(api.commands).hasSize(status == 200 ? 1 : 0);
  }

  @Test
  void aConnectionEndsWithARefusedBody() throws Exception {
    try (RawSocket socket = new RawSocket(api.host.portOf("metrics"))) {
      String head =
          socket
              .send(
                  "POST "
                      + PATH
                      + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                      + "Content-Length: 1000000\r\n\r\n")
              .readUntil("\r\n\r\n");
      assertThat(head).startsWith("HTTP/1.1 401 ").containsIgnoringCase("connection: close");
    }
  }
}
