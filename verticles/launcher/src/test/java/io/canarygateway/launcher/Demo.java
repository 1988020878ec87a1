package io.canarygateway.launcher;

import io.canarygateway.fixtures.FreePorts;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** The configuration of the demo, on free ports. */
final class Demo {

  private Demo() {}

  static String get(String uri) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  static JsonObject demo() throws Exception {
    try (InputStream in = Demo.class.getResourceAsStream("/demo.json")) {
      JsonObject demo = new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      int main = FreePorts.next();
      int canary = FreePorts.next();
      int sidecar = FreePorts.next();
      demo.getJsonObject("router-server").put("port", FreePorts.next());
      demo.getJsonObject("instrumentation").put("port", FreePorts.next());
      demo.getJsonObject("demo")
          .put("main-port", main)
          .put("canary-port", canary)
          .put("sidecar-port", sidecar);
      return demo.put("main-target", "http://127.0.0.1:" + main)
          .put("canary-target", "http://127.0.0.1:" + canary)
          .put("sidecar-url", "http://127.0.0.1:" + sidecar);
    }
  }

  static String router(JsonObject config) {
    return "http://127.0.0.1:" + config.getJsonObject("router-server").getInteger("port");
  }
}
