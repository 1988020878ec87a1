package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where requests go without a sidecar, under which address, and whose headers count. */
class TargetsTest {

  @RegisterExtension final FreshProxy gateway = new FreshProxy();
  private final Upstreams upstreams = gateway.upstreams;

  @ParameterizedTest
  @CsvSource({
    "all, , canary, yes",
    "all, 127.0.0.0/8, canary, yes",
    "all, 10.0.0.0/8, main, no",
    "trusted, , main, yes",
    "trusted, 127.0.0.0/8, canary, yes",
    "trusted, 10.0.0.0/8, main, no",
    "off, , main, yes",
    "off, 127.0.0.0/8, main, yes"
  })
  void xCanaryIsHonouredFromWhomItIsSet(
      String xCanary, String trusted, String target, String passedOn) throws Exception {
    JsonObject config = upstreams.withoutSidecar().put("x-canary", xCanary);
    if (trusted != null) {
      config.put("trusted-proxies", new JsonArray().add(trusted));
    }
    gateway.start(config);
    assertThat(gateway.get("/", "X-Canary", "true").body()).isEqualTo(target);
    Upstreams.Seen seen = (target.equals("main") ? upstreams.main : upstreams.canary).seen.get(0);
    assertThat(seen.headers().contains("X-Canary")).isEqualTo(passedOn.equals("yes"));
  }

  @Test
  void withoutSidecarAllGoesToMainForAnEmptyReason() throws Exception {
    gateway.start(upstreams.withoutSidecar());
    assertThat(gateway.get("/").body()).isEqualTo("main");
    assertThat(gateway.routed("main", "")).isEqualTo(1);
  }

  @Test
  void aTargetsBasePathAndQueryAreJoined() throws Exception {
    gateway.start(
        upstreams.withoutSidecar().put("main-target", upstreams.main.url() + "/base/?k=v"));
    gateway.get("/a?x=1");
    assertThat(upstreams.main.seen.get(0).uri()).isEqualTo("/base/a?k=v&x=1");
  }

  @Test
  void theHostHeaderCanBeSet() throws Exception {
    gateway.start(
        upstreams
            .withoutSidecar()
            .put("main-header-host", "main.example.com")
            .put("canary-header-host", "canary.example.com:8080"));
    gateway.get("/");
    gateway.get("/", "X-Canary", "true");
    assertThat(upstreams.main.seen.get(0).headers().getAll("Host"))
        .containsExactly("main.example.com");
    assertThat(upstreams.canary.seen.get(0).headers().getAll("Host"))
        .containsExactly("canary.example.com:8080");
  }

  @Test
  void onlyTrustedProxiesMaySetXCanaryAndForwardingHeaders() throws Exception {
    gateway.start(
        upstreams.withoutSidecar().put("trusted-proxies", new JsonArray().add("10.0.0.0/8")));
    HttpResponse<String> response =
        gateway.get(
            "/", "X-Canary", "true", "X-Forwarded-For", "1.2.3.4", "X-Forwarded-Proto", "https");
    assertThat(response.body()).isEqualTo("main");
    Upstreams.Seen seen = upstreams.main.seen.get(0);
    assertThat(seen.headers().get("X-Forwarded-For")).isEqualTo("127.0.0.1");
    assertThat(seen.headers().get("X-Forwarded-Proto")).isEqualTo("http");
    assertThat(seen.headers().get("X-Canary")).isNull();
  }

  @Test
  void withoutTrustedProxiesEverybodyIsBelieved() throws Exception {
    gateway.start(upstreams.withoutSidecar());
    gateway.get("/", "X-Forwarded-For", "1.2.3.4", "X-Forwarded-Proto", "https");
    Upstreams.Seen seen = upstreams.main.seen.get(0);
    assertThat(seen.headers().get("X-Forwarded-For")).isEqualTo("1.2.3.4, 127.0.0.1");
    assertThat(seen.headers().get("X-Forwarded-Proto")).isEqualTo("https");
  }
}
