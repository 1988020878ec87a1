package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.config.ConfigException;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Requests that come back to a gateway that has sent them. */
class LoopDetectionTest {

  private static JsonObject main(String url) {
    return new JsonObject().put("main-target", url).put("canary-target", "http://127.0.0.1:1");
  }

  private static String url(ProxyFixture gateway) {
    return "http://127.0.0.1:" + gateway.port();
  }

  @Test
  void aRequestThatComesBackIs508() throws Exception {
    try (ProxyFixture gateway = start("http://127.0.0.1:1")) {
      gateway.use(main(url(gateway)));
      HttpResponse<String> response = gateway.post("/a", "body");
      assertThat(response.statusCode()).isEqualTo(508);
      assertThat(response.body()).startsWith("508 Loop Detected");
      assertThat(gateway.metric("gateway_errors_total{status=\"508\"}")).isEqualTo(1);
    }
  }

  @Test
  void soIsOneThatComesBackByAnotherGateway() throws Exception {
    try (ProxyFixture first = start("http://127.0.0.1:1");
        ProxyFixture second = start(url(first))) {
      first.use(main(url(second)));
      assertThat(first.get("/").statusCode()).isEqualTo(508);
      assertThat(first.metric("gateway_errors_total{status=\"508\"}")).isEqualTo(1);
      assertThat(second.metric("gateway_errors_total{status=\"508\"}")).isZero();
    }
  }

  @Test
  void gatewaysInARowAreNoLoop() throws Exception {
    try (ScriptedUpstream upstream = new ScriptedUpstream();
        ProxyFixture second = start(upstream.url());
        ProxyFixture first = start(url(second))) {
      assertThat(first.get("/", "Via", "1.1 canary-gateway, 1.1 other").statusCode())
          .isEqualTo(200);
      assertThat(String.join(", ", upstream.only().headers("Via")))
          .matches(
              "1.1 canary-gateway, 1.1 other, 1.1 canary-gateway-\\w{12},"
                  + " 1.1 canary-gateway-\\w{12}");
    }
  }

  private static ProxyFixture start(String mainTarget) throws ConfigException {
    return ProxyFixture.start(main(mainTarget));
  }
}
