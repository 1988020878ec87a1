package io.canarygateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The host names under which the instrumentation port answers. */
class HostCheckTest {

  private ApiFixture api;

  private static JsonObject allowed(String... names) {
    JsonArray list = new JsonArray();
    for (String name : names) {
      list.add(name);
    }
    return new JsonObject().put("instrumentation", new JsonObject().put("allowed-hosts", list));
  }

  @BeforeEach
  void start() throws Exception {
    api = ApiFixture.start(allowed("ops.example.org"));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private int get(String path, String host) throws Exception {
    return api.raw("GET " + path + " HTTP/1.1\r\nHost: " + host);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 200",
    "127.0.0.1:8888, 200",
    "192.168.7.9, 200",
    "[::1]:8888, 200",
    "localhost, 200",
    "LocalHost.:8888, 200",
    "gateway.localhost, 200",
    "ops.example.org, 200",
    "Ops.Example.ORG:443, 200",
    "evil.example, 421",
    "evil.example:8888, 421",
    "a.ops.example.org, 421",
    "localhost.evil.example, 421",
    "127.0.0.1.evil.example, 421",
    "evillocalhost, 421",
    "a b, 400"
  })
  void aNameHasToBeAllowed(String host, int status) throws Exception {
    assertThat(get("/cluster", host)).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/cluster", "/metrics"})
  void twoHostsAreMalformed(String path) throws Exception {
    assertThat(get(path, "localhost\r\nHost: localhost")).isEqualTo(400);
    assertThat(get(path, "evil.example\r\nHost: localhost")).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/cluster",
        "/debug/flagz",
        "/api/v1/releases",
        "/nothing",
        "/health/../cluster",
        "/health/..%2fcluster"
      })
  void itConcernsEveryPath(String path) throws Exception {
    assertThat(get(path, "evil.example")).isEqualTo(421);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/health/live", "/health/ready"})
  void butThoseOfPrometheusAndLoadBalancers(String path) throws Exception {
    assertThat(get(path, "evil.example")).isEqualTo(200);
  }

  @Test
  void aClientWithoutAHostIsNoBrowser() throws Exception {
    assertThat(api.raw("GET /cluster HTTP/1.0")).isEqualTo(200);
  }

  @Test
  void theListIsLive() throws Exception {
    api.host.use(ApiFixture.config(allowed("other.example.org")));
    await().until(() -> get("/cluster", "other.example.org") == 200);
    assertThat(get("/cluster", "ops.example.org")).isEqualTo(421);
  }
}
