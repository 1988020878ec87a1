package io.canarygateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.FlagReport;
import io.canarygateway.message.FlagReport.Covered;
import io.canarygateway.message.FlagReport.FlagState;
import io.canarygateway.message.Journal;
import io.canarygateway.message.JournalEntry;
import io.canarygateway.message.OverrideCommand;
import io.canarygateway.message.OverrideResult;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /api/v1/flags}, {@code /api/v1/journal} and {@code /api/v1/breakers}. */
class FlagsApiTest {

  private static final JournalEntry ENTRY =
      new JournalEntry(0, "b", "1", "2", "override", "api", 4, "token 127.0.0.1", "");

  @TempDir Path directory;
  private final List<OverrideCommand> commands = new CopyOnWriteArrayList<>();
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

  private static FlagState flag(String name, boolean changed) {
    return new FlagState(
        name,
        "int64",
        "A number",
        "2",
        "1",
        changed,
        true,
        "override",
        "api",
        0,
        4,
        "1",
        List.of(new Covered("conf", "3")));
  }

  private void serve() {
    answer(
        Addresses.FLAGS_GET,
        new FlagReport(
            4,
            "0",
            "0",
            List.of(flag("a", false), flag("b", true), flag("c", true)),
            List.of(),
            List.of()));
    answer(
        Addresses.JOURNAL_GET,
        new Journal(List.of(ENTRY, new JournalEntry(1, "c", "1", "2", "conf", "", 3, "", "etcd"))));
    api.host
        .bus()
        .<OverrideCommand>consumer(
            Addresses.FLAG_OVERRIDE,
            message -> {
              commands.add(message.body());
              message.reply(new OverrideResult(message.body().flag(), "5", "override", 5));
            });
  }

  private void answer(String address, Object answer) {
    api.host.bus().consumer(address, message -> message.reply(answer));
  }

  private List<String> names(String query) throws Exception {
    return new JsonObject(api.get("/api/v1/flags" + query).body())
        .getJsonArray("flags").stream().map(flag -> ((JsonObject) flag).getString("name")).toList();
  }

  private HttpResponse<String> put(String body) throws Exception {
    return api.send(api.post("/api/v1/flags/b", body).PUT(BodyPublishers.ofString(body)));
  }

  @Test
  void flagsAreSearchedAndPaged() throws Exception {
    serve();
    assertThat(names("")).containsExactly("a", "b", "c");
    assertThat(names("?changed=true")).containsExactly("b", "c");
    assertThat(names("?search=number&limit=1&after=a")).containsExactly("b");
    assertThat(names("?search=nothing")).isEmpty();
    JsonObject page = new JsonObject(api.get("/api/v1/flags?limit=2").body());
    assertThat(page.getString("next")).isEqualTo("b");
    assertThat(page.getLong("revision")).isEqualTo(4);
    page = new JsonObject(api.get("/api/v1/flags?limit=2&after=b").body());
    assertThat(page.containsKey("next")).isTrue();
    assertThat(page.getString("next")).isNull();
    for (String limit : List.of("0", "1001", "x", "-1", "")) {
      assertThat(api.get("/api/v1/flags?limit=" + limit).statusCode()).isEqualTo(400);
    }
  }

  @Test
  void aFlagIsShownWithItsLayersAndItsHistory() throws Exception {
    serve();
    assertThat(new JsonObject(api.get("/api/v1/flags/b").body()))
        .isEqualTo(
            new JsonObject(
                """
                {"name": "b", "value": "2", "default": "1", "changed": true,
                 "source": "override", "origin": "api", "covered_by": "override",
                 "covered": [{"source": "conf", "value": "3"}], "type": "int64",
                 "usage": "A number", "dynamic": true, "revision": 4,
                 "history": [{"time": "1970-01-01T00:00:00Z", "flag": "b", "old": "1",
                   "new": "2", "source": "override", "origin": "api", "revision": 4,
                   "by": "token 127.0.0.1", "covered_by": ""}]}
                """));
    assertThat(api.get("/api/v1/flags/x").statusCode()).isEqualTo(404);
    assertThat(
            new JsonObject(api.get("/api/v1/journal").body())
                .getJsonArray("entries").stream()
                    .map(entry -> ((JsonObject) entry).getString("covered_by")))
        .containsExactly("", "etcd");
  }

  @Test
  void anOverrideIsSetAndTakenBack() throws Exception {
    serve();
    HttpResponse<String> done = put("{\"value\": 9007199254740993}");
    assertThat(done.statusCode()).isEqualTo(200);
    assertThat(new JsonObject(done.body()))
        .isEqualTo(
            new JsonObject(
                "{\"flag\": \"b\", \"value\": \"5\", \"source\": \"override\", \"revision\": 5}"));
    assertThat(api.send(api.post("/api/v1/flags/b", "").DELETE()).statusCode()).isEqualTo(200);
    assertThat(commands)
        .containsExactly(
            new OverrideCommand("b", Optional.of("9007199254740993"), "token 127.0.0.1"),
            new OverrideCommand("b", Optional.empty(), "token 127.0.0.1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "5",
        "{\"value\": null}",
        "{\"value\": 1, \"value\": 2}",
        "{\"value\": 1, \"by\": \"me\"}",
        "{\"value\": 1} x",
        "{\"value\": NaN}"
      })
  void aBodyIsAnObjectWithTheValue(String body) throws Exception {
    serve();
    assertThat(put(body).statusCode()).isEqualTo(400);
    assertThat(commands).isEmpty();
  }

  @Test
  void aBodyIsJsonAndSmall() throws Exception {
    serve();
    assertThat(put("{\"value\": \"" + "x".repeat(64 << 10) + "\"}").statusCode()).isEqualTo(413);
    String deep = "[".repeat(10_000) + "]".repeat(10_000);
    assertThat(put("{\"value\": " + deep + "}").statusCode()).isEqualTo(400);
    assertThat(
            api.send(
                    api.post("/api/v1/flags/b", "")
                        .PUT(BodyPublishers.ofString("{\"value\": 1}"))
                        .setHeader("Content-Type", "text/plain"))
                .statusCode())
        .isEqualTo(415);
    assertThat(commands).isEmpty();
  }

  @Test
  void withoutTheTokenNothingChanges() throws Exception {
    serve();
    assertThat(api.send(api.request("/api/v1/flags/b").DELETE()).statusCode()).isEqualTo(401);
    assertThat(
            api.send(api.request("/api/v1/breakers/default/reset").POST(BodyPublishers.noBody()))
                .statusCode())
        .isEqualTo(401);
    assertThat(commands).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"400, strategy: bad", "404, no flag of this name", "409, static"})
  void theReasonOfARefusalIsTold(int code, String reason) throws Exception {
    api.host.bus().consumer(Addresses.FLAG_OVERRIDE, message -> message.fail(code, reason));
    HttpResponse<String> refused = put("{\"value\": 1}");
    assertThat(refused.statusCode()).isEqualTo(code);
    assertThat(new JsonObject(refused.body()).getString("error")).isEqualTo(reason);
  }

  @Test
  void withoutAFlagWatcherThereIsNothingToShow() throws Exception {
    for (String path : List.of("flags", "flags/b", "journal")) {
      assertThat(api.get("/api/v1/" + path).statusCode()).as(path).isEqualTo(503);
    }
    assertThat(put("{\"value\": 1}").statusCode()).isEqualTo(503);
  }

  @Test
  void aBreakerIsResetByANewGeneration() throws Exception {
    serve();
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> done =
          api.send(api.post("/api/v1/breakers/default/reset", "").POST(BodyPublishers.noBody()));
      assertThat(done.statusCode()).isEqualTo(200);
    }
    assertThat(commands)
        .extracting(OverrideCommand::flag)
        .containsOnly("circuit-breaker.generation");
    assertThat(commands).extracting(OverrideCommand::value).doesNotHaveDuplicates();
    assertThat(api.send(api.post("/api/v1/breakers/shop/reset", "")).statusCode()).isEqualTo(404);
  }
}
