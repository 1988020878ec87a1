package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The strategy rollout: sticky assignments by header, cookie and key. */
class RolloutTest {

  private static final String COOKIE =
      "maxwellsdaemon=(0\\.[0-9]+); Max-Age=31536000; Path=/; HttpOnly; SameSite=Lax";

  @RegisterExtension final FreshProxy gateway = new FreshProxy();
  private final Upstreams upstreams = gateway.upstreams;

  private void start(JsonObject rollout) throws Exception {
    gateway.start(upstreams.withoutSidecar().put("rollout", rollout));
  }

  private static JsonObject canary(double fraction) {
    return new JsonObject().put("canary", fraction);
  }

  @Test
  void aNewClientGetsACookieAndTheUpstreamTheSameAssignment() throws Exception {
    start(canary(0));
    HttpResponse<String> first = gateway.get("/");
    assertThat(first.body()).isEqualTo("main");
    String cookie = first.headers().firstValue("set-cookie").orElseThrow();
    assertThat(cookie).matches(COOKIE);
    String assignment = cookie.replaceAll(COOKIE, "$1");
    assertThat(upstreams.main.seen.get(0).headers().get("maxwellsdaemon")).isEqualTo(assignment);

    HttpResponse<String> second = gateway.get("/", "Cookie", "a=b; maxwellsdaemon=" + assignment);
    assertThat(second.headers().firstValue("set-cookie")).isEmpty();
    assertThat(upstreams.main.seen.get(1).headers().get("maxwellsdaemon")).isEqualTo(assignment);
    assertThat(gateway.routed("main", "Rollout of new client")).isEqualTo(1);
    assertThat(gateway.routed("main", "Rollout by cookie")).isEqualTo(1);
  }

  @Test
  void theHeaderComesBeforeTheCookieAndKeepsItsText() throws Exception {
    start(canary(0.5));
    assertThat(gateway.get("/", "maxwellsdaemon", "4.99e-1", "Cookie", "maxwellsdaemon=0.9").body())
        .isEqualTo("canary");
    assertThat(upstreams.canary.seen.get(0).headers().get("maxwellsdaemon")).isEqualTo("4.99e-1");
    assertThat(gateway.get("/", "maxwellsdaemon", "0.5", "Cookie", "maxwellsdaemon=0.1").body())
        .isEqualTo("main");
    assertThat(gateway.get("/", "Cookie", "maxwellsdaemon=0.1").body()).isEqualTo("canary");
    assertThat(gateway.routed("canary", "Rollout by header")).isEqualTo(1);
    assertThat(gateway.routed("canary", "Rollout by cookie")).isEqualTo(1);
  }

  @Test
  void whatIsNoAssignmentMakesANewClient() throws Exception {
    start(canary(0.5));
    for (String bad : List.of("1", "-1", "NaN", "x", "0x1p-2")) {
      HttpResponse<String> response =
          gateway.get("/", "maxwellsdaemon", bad, "Cookie", "maxwellsdaemon=" + bad);
      assertThat(response.headers().firstValue("set-cookie").orElse("")).as(bad).matches(COOKIE);
    }
    assertThat(
            gateway.routed("main", "Rollout of new client")
                + gateway.routed("canary", "Rollout of new client"))
        .isEqualTo(5);
  }

  @Test
  void aKeyDecidesWithoutACookie() throws Exception {
    start(canary(0.5).put("key-header", "X-User"));
    Set<String> bodies = new HashSet<>();
    for (int user = 0; user < 40; user++) {
      HttpResponse<String> response = gateway.get("/", "X-User", "user" + user);
      assertThat(response.headers().firstValue("set-cookie")).isEmpty();
      bodies.add(response.body());
      assertThat(gateway.get("/", "X-User", "user" + user).body()).isEqualTo(response.body());
    }
    assertThat(bodies).containsExactlyInAnyOrder("main", "canary");
    assertThat(gateway.get("/").headers().firstValue("set-cookie")).isPresent();
  }

  @Test
  void strangersWordsDoNotCountButTheirCookiesDo() throws Exception {
    gateway.start(
        upstreams
            .withoutSidecar()
            .put("trusted-proxies", new JsonArray())
            .put("rollout", canary(0.5).put("key-header", "X-User")));
    HttpResponse<String> response =
        gateway.get("/", "maxwellsdaemon", "0.1", "X-User", "u", "X-Forwarded-Proto", "https");
    assertThat(response.headers().firstValue("set-cookie").orElseThrow()).matches(COOKIE);
    assertThat(gateway.get("/", "Cookie", "maxwellsdaemon=0.1").body()).isEqualTo("canary");
  }

  @Test
  void aClientThatCameByHttpsGetsASecureCookie() throws Exception {
    start(canary(0.5));
    HttpResponse<String> response = gateway.get("/", "X-Forwarded-Proto", "https");
    assertThat(response.headers().firstValue("set-cookie").orElseThrow())
        .matches(COOKIE + "; Secure");
  }

  @Test
  void withoutAWordOfARolloutClientsGetNoCookie() throws Exception {
    gateway.start(upstreams.withoutSidecar());
    assertThat(gateway.get("/").headers().firstValue("set-cookie")).isEmpty();
    assertThat(gateway.routed("main", "")).isEqualTo(1);
    assertThat(upstreams.main.seen.get(0).headers().contains("maxwellsdaemon")).isFalse();
  }

  @Test
  void raisingTheRolloutOnlyEverAddsClients() throws Exception {
    JsonObject config = upstreams.withoutSidecar().put("rollout", canary(0));
    gateway.start(config);
    List<String> clients = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String cookie = gateway.get("/").headers().firstValue("set-cookie").orElseThrow();
      clients.add(cookie.substring(0, cookie.indexOf(';')));
    }
    Set<String> onCanary = new HashSet<>();
    for (int step = 1; step <= 5; step++) {
      gateway.running().use(config.put("rollout", canary(step / 5.0)));
      Set<String> now = new HashSet<>();
      for (String client : clients) {
        if (gateway.get("/", "Cookie", client).body().equals("canary")) {
          now.add(client);
        }
      }
      assertThat(now).containsAll(onCanary);
      // Five standard deviations.
      double share = step / 5.0;
      assertThat((double) now.size())
          .isBetween(
              200 * share - 5 * Math.sqrt(200 * share * (1 - share)) - 1e-9,
              200 * share + 5 * Math.sqrt(200 * share * (1 - share)) + 1e-9);
      onCanary = now;
    }
    assertThat(onCanary).hasSize(200);
  }
}
