package io.canarygateway.benchmarks.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A client of etcd's JSON gateway that asks the next member if one does not answer. */
final class EtcdOverHttp {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OK = 200;

  private final HttpClient client;
  private final List<Integer> ports;

  EtcdOverHttp(HttpClient client, List<Integer> ports) {
    this.client = client;
    this.ports = ports;
  }

  /** The JSON that a server answers with; empty if it does not answer with 200. */
  static Optional<JsonNode> send(HttpClient client, HttpRequest.Builder request)
      throws InterruptedException {
    try {
      HttpResponse<String> response =
          client.send(
              request.timeout(Duration.ofSeconds(1)).build(), HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == OK
          ? Optional.of(JSON.readTree(response.body()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<JsonNode> post(int port, String path, String body) throws InterruptedException {
    return send(
        client,
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The value of a key as JSON; empty if there is none, or if no member answers. */
  Optional<JsonNode> get(String key) throws IOException, InterruptedException {
    for (int port : ports) {
      Optional<JsonNode> answer = post(port, "/v3/kv/range", "{\"key\":\"" + base64(key) + "\"}");
      if (answer.isPresent() && answer.get().path("kvs").size() == 1) {
        String value = answer.get().path("kvs").get(0).path("value").asText();
        return Optional.of(JSON.readTree(Base64.getDecoder().decode(value)));
      }
    }
    return Optional.empty();
  }

  /** Sets a key. Tries until a member answers. */
  void put(String key, String value) throws InterruptedException {
    String body = "{\"key\":\"" + base64(key) + "\",\"value\":\"" + base64(value) + "\"}";
    for (int i = 0; post(ports.get(i % ports.size()), "/v3/kv/put", body).isEmpty(); i++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** The place of the leader among the members; 0 if none is known. */
  int leader() throws InterruptedException {
    for (int i = 0; i < ports.size(); i++) {
      JsonNode status = post(ports.get(i), "/v3/maintenance/status", "{}").orElse(null);
      if (status != null && status.path("header").path("member_id").equals(status.path("leader"))) {
        return i;
      }
    }
    return 0;
  }
}
