package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.decision.Assigner;
import io.canarygateway.fixtures.JournalLines;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Breakers and assignments of routes that come and go while the proxy runs. */
class RouteBreakersLifeTest {

  @RegisterExtension final FreshProxy gateway = new FreshProxy();

  private JsonObject route(String path, String more) {
    return gateway
        .upstreams
        .withoutSidecar()
        .put("match", new JsonObject().put("path", new JsonObject().put("prefix", path)))
        .mergeIn(new JsonObject(more));
  }

  private JsonObject config(JsonObject routes) {
    return gateway.upstreams.withoutSidecar().put("strategy", "canary").put("routes", routes);
  }

  private JsonObject shop(int limit) {
    return new JsonObject()
        .put(
            "shop",
            route("/shop", "{\"circuit-breaker\": {\"error-limit-canary\": " + limit + "}}"));
  }

  private String target(String path) throws Exception {
    return gateway.get(path).body();
  }

  @Test
  void aTripConcernsItsRouteAlone() throws Exception {
    try (JournalLines log = new JournalLines("io.canarygateway.breaker")) {
      gateway.start(config(shop(2).put("free", route("/free", "{}"))));
      gateway.upstreams.canary.answerWith(500);
      for (String path : new String[] {"/shop", "/shop", "/free", "/"}) {
        assertThat(target(path)).isEqualTo("canary");
      }
      assertThat(target("/shop")).isEqualTo("main");
      assertThat(target("/free")).isEqualTo("canary");
      assertThat(target("/")).isEqualTo("canary");
      await()
          .untilAsserted(
              () ->
                  assertThat(gateway.running().health("breaker"))
                      .isEqualTo(
                          new ComponentHealth(
                              "breaker", Status.UP, "shop: canary error limit reached: 2 of 2")));
      assertThat(gateway.metric("gateway_breaker_tripped{limit=\"errors\",route=\"shop\"}"))
          .isEqualTo(1);
      assertThat(gateway.metrics())
          .contains("gateway_breaker_tripped{limit=\"errors\"} 0")
          .doesNotContain("gateway_breaker_tripped{limit=\"errors\",route=\"free\"}");
      assertThat(log.saying("canary error limit reached"))
          .singleElement()
          .satisfies(line -> assertThat(line).containsEntry("route", "shop"));
      gateway.close();
    }
  }

  @Test
  void aRouteThatIsRemovedAndAddedAgainHasItsCounts() throws Exception {
    gateway.start(config(shop(2)));
    gateway.upstreams.canary.answerWith(500);
    target("/shop");
    target("/shop");
    assertThat(target("/shop")).isEqualTo("main");
    gateway.running().use(config(new JsonObject()));
    assertThat(target("/shop")).as("the default route").isEqualTo("canary");
    await().until(() -> !gateway.metrics().contains("gateway_breaker_tripped{limit=\"errors\",r"));
    gateway.running().use(config(shop(2)));
    assertThat(target("/shop")).isEqualTo("main");
  }

  @Test
  void aRouteThatIsAddedLiveHasItsLimitFromTheFirstRequest() throws Exception {
    gateway.start(config(new JsonObject()));
    JsonObject breaker = new JsonObject().put("request-limit-canary", 3).put("generation", "g");
    for (int i = 0; i < 8; i++) {
      String name = "r" + i;
      JsonObject route = route("/" + name, "{}").put("circuit-breaker", breaker);
      gateway.running().use(config(new JsonObject().put(name, route)));
      int canary = 0;
      for (int n = 0; n < 5; n++) {
        canary += target("/" + name).equals("canary") ? 1 : 0;
      }
      assertThat(canary).isEqualTo(3);
    }
  }

  @Test
  void aKeyIsSaltedWithTheApplicationOfItsRoute() throws Exception {
    String rollout = "{\"rollout\": {\"canary\": 0.5, \"key-header\": \"X-User\"}";
    gateway.start(
        gateway
            .upstreams
            .withoutSidecar()
            .put(
                "routes",
                new JsonObject()
                    .put("shop", route("/shop", rollout + "}"))
                    .put("cart", route("/cart", rollout + ", \"application\": \"basket\"}"))));
    Assigner shop = new Assigner(ThreadLocalRandom::current, "shop");
    Assigner cart = new Assigner(ThreadLocalRandom::current, "basket");
    for (int i = 0; i < 30; i++) {
      String key = "user-" + i;
      assertThat(gateway.get("/shop", "X-User", key).body())
          .isEqualTo(shop.ofKey(key).below(0.5) ? "canary" : "main");
      assertThat(gateway.get("/cart", "X-User", key).body())
          .isEqualTo(cart.ofKey(key).below(0.5) ? "canary" : "main");
    }
  }
}
