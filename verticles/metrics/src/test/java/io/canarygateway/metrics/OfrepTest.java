package io.canarygateway.metrics;

import static io.canarygateway.metrics.OfrepFixture.FLAGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Declared flags, faults and caching by OFREP. */
class OfrepTest {

  private static final String ANNA = "{\"targetingKey\": \"anna\"}";

  private OfrepFixture ofrep;

  private static JsonObject settings() {
    return new JsonObject(
        """
        {"rollout": {"canary": 0.5},
         "flags": {"declare": {
           "on": {"type": "bool", "default": true},
           "limit": {"type": "int64", "default": 9007199254740993},
           "ratio": {"type": "float64", "default": 0.25},
           "title": {"type": "string", "default": "Grüezi"},
           "wait": {"type": "duration", "default": "1m30s"},
           "list": {"type": "string-slice", "default": ["b", "a, c", "b"]},
           "set": {"type": "string-set", "default": ["b", "a"]},
           "object": {"type": "json", "default": {"a": [1, null]}},
           "array": {"type": "json", "default": [1, 2]},
           "scalar": {"type": "json", "default": "\\"text\\""},
           "nothing": {"type": "json", "default": "null"},
           "unset": {"type": "int64", "min": 1},
           "password": {"type": "string", "default": "hidden", "secret": true}}},
         "ofrep": {"cors-origins": ["https://shop.example.org"]}}
        """);
  }

  @BeforeEach
  void start() throws Exception {
    ofrep = new OfrepFixture(settings());
  }

  @AfterEach
  void stop() {
    ofrep.close();
  }

  @Test
  void aDeclaredFlagHasTheJsonOfItsType() throws Exception {
    Map<String, String> values =
        Map.ofEntries(
            Map.entry("on", "true"),
            Map.entry("limit", "9007199254740993"),
            Map.entry("ratio", "0.25"),
            Map.entry("title", "\"Grüezi\""),
            Map.entry("wait", "\"1m30s\""),
            Map.entry("list", "{\"values\": [\"b\", \"a, c\", \"b\"]}"),
            Map.entry("set", "{\"values\": [\"a\", \"b\"]}"),
            Map.entry("object", "{\"a\": [1, null]}"),
            Map.entry("array", "{\"values\": [1, 2]}"),
            Map.entry("scalar", "\"text\""));
    Map<String, JsonObject> all = OfrepFixture.flags(ofrep.bulk(ANNA));
    for (Map.Entry<String, String> each : values.entrySet()) {
      JsonObject expected =
          new JsonObject("{\"value\": " + each.getValue() + "}")
              .put("key", each.getKey())
              .put("reason", "STATIC");
      assertThat(ofrep.one(each.getKey(), "{}")).isEqualTo(expected);
      assertThat(all.get(each.getKey())).isEqualTo(expected);
    }
    assertThat(all)
        .containsOnlyKeys(
            "canary", "array", "limit", "list", "nothing", "object", "on", "ratio", "scalar", "set",
            "title", "unset", "wait");
  }

  @Test
  void aFlagWithoutAValueLeavesItToTheDefaultOfTheCode() throws Exception {
    for (String key : new String[] {"unset", "nothing"}) {
      assertThat(ofrep.one(key, "{}"))
          .isEqualTo(new JsonObject().put("key", key).put("reason", "STATIC"));
    }
  }

  @ParameterizedTest
  @CsvSource({"missing", "password", "rollout.canary", "log.level", "on_path", "canary.", "a%2Fb"})
  void everythingElseIsNotFound(String key) throws Exception {
    HttpResponse<String> answer = ofrep.post(FLAGS + "/" + key, "{\"context\": {}}");
    assertThat(answer.statusCode()).isEqualTo(404);
    JsonObject error = new JsonObject(answer.body());
    assertThat(error.getString("errorCode")).isEqualTo("FLAG_NOT_FOUND");
    assertThat(error.getString("key")).isEqualTo(key.replace("%2F", "/"));
    assertThat(ofrep.bulk(ANNA).body()).doesNotContain("hidden");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PARSE_ERROR|",
        "PARSE_ERROR|{",
        "PARSE_ERROR|{} x",
        "PARSE_ERROR|[]",
        "PARSE_ERROR|null",
        "INVALID_CONTEXT|{}",
        "INVALID_CONTEXT|{\"context\": null}",
        "INVALID_CONTEXT|{\"context\": \"anna\"}",
        "INVALID_CONTEXT|{\"context\": {\"targetingKey\": 7}}"
      })
  void aFaultyRequestIsToldWhy(String code, String body) throws Exception {
    String sent = body == null ? "" : body;
    for (String path : new String[] {FLAGS, FLAGS + "/on"}) {
      HttpResponse<String> answer = ofrep.post(path, sent);
      assertThat(answer.statusCode()).isEqualTo(400);
      JsonObject error = new JsonObject(answer.body());
      assertThat(error.getString("errorCode")).as(sent).isEqualTo(code);
      assertThat(error.getString("key")).isEqualTo(path.equals(FLAGS) ? null : "on");
    }
  }

  @Test
  void aPathHasToBeEncodedCorrectly() throws Exception {
    try (RawSocket socket = new RawSocket(ofrep.api.host.portOf("metrics"))) {
      String head = "POST " + FLAGS + "/%zz HTTP/1.1\r\nHost: localhost\r\n";
      Reply reply = socket.send(head + "Content-Length: 0\r\n\r\n").reply();
      assertThat(reply.status()).isEqualTo(400);
      ofrep.document.check(reply.body(), "/components/schemas/evaluationFailure");
    }
  }

  @Test
  void aBodyIsJsonAndSmall() throws Exception {
    String large = "{\"context\": {\"a\": \"" + "x".repeat(64 << 10) + "\"}}";
    for (String path : new String[] {FLAGS, FLAGS + "/on"}) {
      HttpResponse<String> refused = ofrep.post(path, large);
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(new JsonObject(refused.body()).getString("errorCode")).isEqualTo("GENERAL");
      HttpResponse<String> form = ofrep.post(path, "{}", "Content-Type", "text/plain");
      assertThat(form.statusCode()).isEqualTo(400);
      assertThat(new JsonObject(form.body()).getString("errorCode")).isEqualTo("GENERAL");
    }
  }

  @Test
  void aBulkAnswerIsSentAgainOnlyIfItIsAnother() throws Exception {
    String tag = ofrep.bulk(ANNA).headers().firstValue("etag").orElseThrow();
    assertThat(tag).matches("\"[0-9a-f]{32}\"");
    for (String known : new String[] {tag, "W/" + tag, "\"x\", " + tag, tag.replace("\"", "")}) {
      HttpResponse<String> same = ofrep.bulk(ANNA, "If-None-Match", known);
      assertThat(same.statusCode()).isEqualTo(304);
      assertThat(same.headers().firstValue("etag")).contains(tag);
    }
    assertThat(ofrep.bulk("{\"targetingKey\": \"berta\"}", "If-None-Match", tag).statusCode())
        .isEqualTo(200);
    JsonObject other = settings();
    other.getJsonObject("flags").getJsonObject("declare").getJsonObject("on").put("default", false);
    ofrep.api.host.use(ApiFixture.config(other));
    await().until(() -> ofrep.bulk(ANNA, "If-None-Match", tag).statusCode() == 200);
    assertThat(ofrep.one("on", "{}").getBoolean("value")).isFalse();
  }

  @Test
  void pagesOfListedOriginsMayRead() throws Exception {
    HttpResponse<String> answer = ofrep.bulk(ANNA, "Origin", "https://shop.example.org");
    assertThat(answer.headers().firstValue("access-control-allow-origin"))
        .contains("https://shop.example.org");
    assertThat(answer.headers().firstValue("access-control-expose-headers").orElseThrow())
        .contains("ETag");
    assertThat(answer.headers().firstValue("vary")).contains("Origin");
    HttpResponse<String> preflight = preflight("https://shop.example.org");
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(preflight.headers().firstValue("access-control-allow-methods").orElseThrow())
        .contains("POST");
    assertThat(preflight.headers().firstValue("access-control-allow-headers").orElseThrow())
        .contains("Content-Type", "If-None-Match");
  }

  @ParameterizedTest
  @CsvSource({
    "https://evil.example",
    "http://shop.example.org",
    "https://shop.example.org:444",
    "https://shop.example.org.evil.example",
    "https://SHOP.example.org",
    "null"
  })
  void pagesOfOthersMayNot(String origin) throws Exception {
    HttpResponse<String> answer = ofrep.bulk(ANNA, "Origin", origin);
    assertThat(answer.headers().firstValue("access-control-allow-origin")).isEmpty();
    HttpResponse<String> preflight = preflight(origin);
    assertThat(preflight.statusCode()).isEqualTo(403);
    assertThat(preflight.headers().firstValue("access-control-allow-origin")).isEmpty();
  }

  private HttpResponse<String> preflight(String origin) throws Exception {
    return ofrep.api.send(
        ofrep
            .api
            .request(FLAGS)
            .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST"));
  }
}
