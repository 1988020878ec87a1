package io.canarygateway.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.httpproxy.HttpProxy;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The built-in interceptor, in a plain vertx-http-proxy. */
class JsonSetTest {

  private static final String JSON = "application/json";

  private Upstreams upstreams;
  private int port;

  @BeforeEach
  void open() {
    upstreams = new Upstreams();
  }

  @AfterEach
  void close() {
    upstreams.close();
  }

  private void start(String settings) {
    HttpProxy proxy =
        HttpProxy.reverseProxy(upstreams.vertx().createHttpClient())
            .origin(upstreams.main.port(), "127.0.0.1")
            .addInterceptor(new JsonSetFactory().create(settings));
    port =
        Await.result(upstreams.vertx().createHttpServer().requestHandler(proxy).listen(0))
            .actualPort();
  }

  private HttpClientResponse send(HttpMethod method, String type, String body) {
    return Await.result(
        upstreams
            .vertx()
            .createHttpClient()
            .request(
                new RequestOptions()
                    .setMethod(method)
                    .setPort(port)
                    .setHost("127.0.0.1")
                    .putHeader("Content-Type", type)
                    .putHeader("Accept-Encoding", "gzip")
                    .putHeader("Digest", "x"))
            .compose(request -> request.send(body))
            .compose(response -> response.body().map(response)));
  }

  private static String body(HttpClientResponse response) {
    return Await.result(response.body()).toString();
  }

  private void answer(String type, String body, String... headers) {
    upstreams.main.answer(
        request -> {
          for (int i = 0; i < headers.length; i += 2) {
            request.response().putHeader(headers[i], headers[i + 1]);
          }
          request.response().putHeader("Content-Type", type).end(body);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":"b"}             | {"a":"c"}                          | {"a":"c"}
          {"a":"b"}             | {"b":"c"}                          | {"a":"b","b":"c"}
          {"a":"b"}             | {"a":null}                         | {}
          {"a":"b","b":"c"}     | {"a":null}                         | {"b":"c"}
          {"a":["b"]}           | {"a":"c"}                          | {"a":"c"}
          {"a":"c"}             | {"a":["b"]}                        | {"a":["b"]}
          {"a":{"b":"c"}}       | {"a":{"b":"d","c":null}}           | {"a":{"b":"d"}}
          {"a":[{"b":"c"}]}     | {"a":[1]}                          | {"a":[1]}
          ["a","b"]             | ["c","d"]                          | ["c","d"]
          {"a":"b"}             | ["c"]                              | ["c"]
          {"a":"foo"}           | null                               | null
          {"e":null}            | {"a":1}                            | {"e":null,"a":1}
          [1,2]                 | {"a":"b","c":null}                 | {"a":"b"}
          {}                    | {"a":{"bb":{"ccc":null}}}          | {"a":{"bb":{}}}
          {"n":1.10,"m":12345678901234567890.123} | {"o":1e2}       | {"n":1.10,"m":12345678901234567890.123,"o":1E+2}
          """)
  void mergesAsRfc7396Says(String value, String patch, String merged) throws Exception {
    byte[] changed =
        MergePatch.apply(
            MergePatch.parse(patch.getBytes(StandardCharsets.UTF_8)),
            value.getBytes(StandardCharsets.UTF_8));
    assertThat(new String(changed, StandardCharsets.UTF_8)).isEqualTo(merged);
  }

  @Test
  void requestAndResponseArePatched() {
    start(
        """
        {"request": {"via": "gateway", "secret": null}, "response": {"price": {"tax": null}}}
        """);
    answer(
        "application/problem+json; charset=UTF-8",
        "{\"price\":{\"net\":1,\"tax\":2},\"ä\":\"€\"}",
        "Repr-Digest",
        "x");
    HttpClientResponse response = send(HttpMethod.POST, JSON, "{\"secret\":1,\"id\":2}");
    assertThat(body(response)).isEqualTo("{\"price\":{\"net\":1},\"ä\":\"€\"}");
    assertThat(response.getHeader("Content-Type")).isEqualTo("application/problem+json");
    assertThat(response.getHeader("Repr-Digest")).isNull();
    Upstreams.Seen seen = upstreams.main.seen.get(0);
    assertThat(seen.body()).isEqualTo("{\"id\":2,\"via\":\"gateway\"}");
    assertThat(seen.headers().get("Content-Length")).isEqualTo("24");
    assertThat(seen.headers().get("Digest")).isNull();
    assertThat(seen.headers().get("Accept-Encoding")).isEqualTo("identity");
  }

  @Test
  void otherTypesPass() {
    start("{\"request\": {\"a\": 1}, \"response\": {\"a\": 1}}");
    answer("text/html", "{}");
    assertThat(body(send(HttpMethod.POST, "text/json", "{}"))).isEqualTo("{}");
    assertThat(upstreams.main.seen.get(0).body()).isEqualTo("{}");
  }

  @Test
  void aHeadHasNoLengthThatWouldBeWrong() {
    start("{\"response\": {\"a\": 1}}");
    answer(JSON, "", "Content-Length", "77");
    HttpClientResponse response = send(HttpMethod.HEAD, JSON, "");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.getHeader("Content-Length")).isNotEqualTo("77");
  }

  @Test
  void whatCannotBePatchedDoesNotPass() {
    start("{\"request\": {\"a\": 1}, \"response\": {\"a\": 1}, \"max-body\": 20}");
    assertThat(send(HttpMethod.POST, JSON, "no JSON").statusCode()).isEqualTo(400);
    assertThat(send(HttpMethod.POST, JSON, "{} {}").statusCode()).isEqualTo(400);
    assertThat(send(HttpMethod.POST, JSON, "[" + "1,".repeat(20) + "1]").statusCode())
        .isEqualTo(413);
    assertThat(upstreams.main.seen).isEmpty();
    for (String answer : new String[] {"", "secret", "[" + "1,".repeat(20) + "1]"}) {
      answer(JSON, answer);
      HttpClientResponse response = send(HttpMethod.GET, JSON, "{}");
      assertThat(response.statusCode()).as(answer).isEqualTo(502);
      assertThat(body(response)).isEmpty();
    }
    answer(JSON, "{}", "Content-Encoding", "gzip");
    assertThat(send(HttpMethod.GET, JSON, "{}").statusCode()).isEqualTo(502);
  }

  @Test
  void aBodyWithoutLengthIsBoundedToo() {
    start("{\"response\": {\"a\": 1}, \"max-body\": 20}");
    upstreams.main.answer(
        request ->
            request
                .response()
                .setChunked(true)
                .putHeader("Content-Type", JSON)
                .end(Buffer.buffer("[" + "1,".repeat(2_000) + "1]")));
    assertThat(send(HttpMethod.GET, JSON, "{}").statusCode()).isEqualTo(502);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"max-body\": 1}",
        "{\"response\": {}, \"max-body\": 0}",
        "{\"response\": {}, \"max-body\": 16777217}",
        "{\"response\": {}, \"max-body\": \"1\"}",
        "{\"respons\": {}, \"request\": {}}"
      })
  void wrongSettingsAreTold(String settings) {
    assertThatThrownBy(() -> new JsonSetFactory().check(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "an object with request or response, a JSON merge patch each, and max-body, 1 to"
                + " 16777216");
  }
}
