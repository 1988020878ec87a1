package io.canarygateway.metrics;

import static io.canarygateway.metrics.ApiFixture.release;
import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.JournalLines;
import io.canarygateway.message.ReleaseCommand;
import io.canarygateway.message.ReleaseReports;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /api/v1/releases}. */
class ReleasesApiTest {

  private static final String PAUSE = "{\"action\": \"pause\"}";

  @TempDir Path directory;
  private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    Path token = Files.writeString(directory.resolve("token"), ApiFixture.TOKEN + "\n");
    api =
        ApiFixture.start(
            new JsonObject().put("admin", new JsonObject().put("token-file", token.toString())));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static String error(HttpResponse<String> response) {
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    assertThat(response.headers().firstValue("cache-control")).contains("no-store");
    assertThat(response.headers().firstValue("x-content-type-options")).contains("nosniff");
    return new JsonObject(response.body()).getString("error");
  }

  @Test
  void aReleaseIsShownWithEverythingThatIsKnown() throws Exception {
    api.report(release(""), release("shop"));
    HttpResponse<String> one = api.get("/api/v1/releases/shop");
    assertThat(one.statusCode()).isEqualTo(200);
    assertThat(one.headers().firstValue("cache-control")).contains("no-store");
    assertThat(one.headers().firstValue("x-content-type-options")).contains("nosniff");
    assertThat(new JsonObject(one.body()))
        .isEqualTo(
            new JsonObject(
                """
                {"route": "shop", "version": "v2", "mode": "act", "state": "running",
                 "reason": "undecided", "step": 2, "steps": 4, "weight": 0.05,
                 "weight_in_force": 0.04, "started": "1970-01-01T00:00:01Z",
                 "step_since": "1970-01-01T00:01:01Z",
                 "counts": [{"weight": 0.05, "canary_clients": 30, "main_clients": 570,
                   "canary_failed": 1, "main_failed": 2}],
                 "evidence": {"revert": -0.5, "revert_at": 6.9, "failures": null, "latency": -0.25,
                   "pass": 1.5, "absolute": 2.0, "pass_at": 4.6, "ratio": 0.1, "ratio_at": 9.2},
                 "needs": ["70 more clients of canary"],
                 "receipts": [{"verdict": "passed", "c": 1}, "no JSON"],
                 "rehearsals": {"promoted": 1, "reverted": 2, "held": 3}}
                """));
    JsonObject all = new JsonObject(api.get("/api/v1/releases").body());
    assertThat(all.getJsonArray("releases").stream().map(JsonObject.class::cast))
        .extracting(release -> release.getString("route"))
        .containsExactly("default", "shop");
  }

  @Test
  void whatDoesNotExistIsNotFound() throws Exception {
    api.report(release("shop"));
    assertThat(error(api.get("/api/v1/releases/cart"))).isEqualTo("no release of this route");
    assertThat(error(api.get("/api/v1/releases/default"))).isEqualTo("no release of this route");
    assertThat(api.get("/api/v1/nothing").statusCode()).isEqualTo(404);
    assertThat(error(api.get("/api/v1/nothing"))).isEqualTo("no such path");
    assertThat(api.get("/api/v1/nothing").headers().firstValue("connection"))
        .as("the connection can be used again")
        .isEmpty();
    HttpResponse<String> put =
        api.send(api.post("/api/v1/releases/shop", "{}").PUT(HttpRequest.BodyPublishers.noBody()));
    assertThat(put.statusCode()).isEqualTo(405);
    assertThat(error(put)).isNotEmpty();
  }

  @Test
  void defaultIsTheDefaultRouteIfThatHasARelease() throws Exception {
    api.report(release("default"), release("shop"));
    assertThat(api.get("/api/v1/releases/default").statusCode()).isEqualTo(200);
    api.execute(message -> message.reply(new ReleaseReports(List.of(release("default")))));
    api.send(api.post("/api/v1/releases/default", PAUSE));
    assertThat(api.commands).extracting(ReleaseCommand::route).containsExactly("default");
  }

  @Test
  void aCommandIsPassedOnWithItsAuthorAndIsOneLogLine() throws Exception {
    api.report(release(""));
    api.execute(message -> message.reply(new ReleaseReports(List.of(release("")))));
    try (JournalLines lines = new JournalLines("io.canarygateway.metrics")) {
      HttpResponse<String> done = api.send(api.post("/api/v1/releases/default", PAUSE));
      assertThat(done.statusCode()).isEqualTo(200);
      assertThat(new JsonObject(done.body()).getString("route")).isEqualTo("default");
      assertThat(api.commands).containsExactly(new ReleaseCommand("", "pause", "token 127.0.0.1"));
      assertThat(lines.saying("release of default: pause by token 127.0.0.1")).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 409, 503})
  void theReasonOfARefusedCommandIsTold(int code) throws Exception {
    api.execute(message -> message.fail(code, "it is reverted"));
    HttpResponse<String> refused = api.send(api.post("/api/v1/releases/shop", PAUSE));
    assertThat(refused.statusCode()).isEqualTo(code);
    assertThat(error(refused)).isEqualTo("it is reverted");
  }

  @Test
  void withoutAFlagWatcherNothingIsKnown() throws Exception {
    assertThat(api.get("/api/v1/releases").statusCode()).isEqualTo(503);
    HttpResponse<String> refused = api.send(api.post("/api/v1/releases/shop", PAUSE));
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(error(refused)).isEqualTo("no node with a flag watcher can be reached");
    api.execute(message -> message.fail(-1, "a secret of the code"));
    HttpResponse<String> failed = api.send(api.post("/api/v1/releases/shop", PAUSE));
    assertThat(failed.statusCode()).isEqualTo(500);
    assertThat(error(failed)).isEqualTo("see the log");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "null",
        "\"pause\"",
        "{}",
        "{\"action\": 1}",
        "{\"action\": null}",
        "{\"action\": \"pause\", \"force\": \"true\"}"
      })
  void aBodyHasExactlyTheKnownMembers(String body) throws Exception {
    HttpResponse<String> refused = api.send(api.post("/api/v1/releases/shop", body));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(error(refused)).contains("action");
  }

  @Test
  void aBodyIsJsonAndSmall() throws Exception {
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded")) {
      HttpResponse<String> refused =
          api.send(api.post("/api/v1/releases/shop", PAUSE).setHeader("Content-Type", type));
      assertThat(refused.statusCode()).isEqualTo(415);
      assertThat(error(refused)).contains("application/json");
    }
    String large = "{\"action\": \"" + "x".repeat(64 << 10) + "\"}";
    HttpResponse<String> refused = api.send(api.post("/api/v1/releases/shop", large));
    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(error(refused)).isEqualTo("the body is too large");
    api.execute(message -> message.reply(new ReleaseReports(List.of())));
    assertThat(
            api.send(
                    api.post("/api/v1/releases/shop", PAUSE)
                        .setHeader("Content-Type", "Application/JSON; charset=utf-8"))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void theAnswerToACommandHasTheRevision() throws Exception {
    api.execute(message -> message.reply(new ReleaseReports(List.of(release("shop")))));
    HttpResponse<String> done = api.send(api.post("/api/v1/releases/shop", PAUSE));
    assertThat(new JsonObject(done.body()).getLong("revision")).isPositive();
  }
}
