package io.canarygateway.metrics;

import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Collectors;

/** An instrumentation port, asked by OFREP; every answer is checked by the protocol's document. */
final class OfrepFixture implements AutoCloseable {

  static final String FLAGS = "/ofrep/v1/evaluate/flags";

  final ApiFixture api;
  final OfrepDocument document = OfrepDocument.read();

  OfrepFixture(JsonObject settings) throws Exception {
    api = ApiFixture.start(settings);
    await().until(() -> bulk("{}").statusCode() == 200);
  }

  HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        api.request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    HttpResponse<String> answer = api.send(request);
    document.check(answer);
    return answer;
  }

  HttpResponse<String> bulk(String context, String... headers) throws Exception {
    return post(FLAGS, "{\"context\": " + context + "}", headers);
  }

  /** The JSON of one flag. */
  JsonObject one(String key, String context) throws Exception {
    return new JsonObject(post(FLAGS + "/" + key, "{\"context\": " + context + "}").body());
  }

  /** One flag for one client. */
  JsonObject of(String key, String targetingKey) throws Exception {
    return one(key, new JsonObject().put("targetingKey", targetingKey).encode());
  }

  /** The flags of a bulk answer by key. */
  static Map<String, JsonObject> flags(HttpResponse<String> bulk) {
    return new JsonObject(bulk.body())
        .getJsonArray("flags").stream()
            .map(JsonObject.class::cast)
            .collect(Collectors.toMap(flag -> flag.getString("key"), flag -> flag));
  }

  @Override
  public void close() {
    api.close();
  }
}
