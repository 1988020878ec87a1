package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The limits of many routes under one load. */
class RouteLimitsTest {

  private static final int ROUTES = 20;

  /** More than the largest limit. */
  private static final int REQUESTS_OF_A_ROUTE = 150;

  private static final int CONCURRENCY = 64;

  private final Upstreams upstreams = new Upstreams();

  @AfterEach
  void stop() {
    upstreams.close();
  }

  /** Every route has other limits; every third has both. */
  private static int requestLimit(int route) {
    return route % 3 == 1 ? 0 : 7 + 5 * route;
  }

  private static int errorLimit(int route) {
    return route % 3 == 0 ? 0 : 4 + 4 * route;
  }

  /** All requests of canary fail, so that each counts against both limits. */
  private static int exact(int route) {
    int requests = requestLimit(route);
    int errors = errorLimit(route);
    return requests == 0 ? errors : errors == 0 ? requests : Math.min(requests, errors);
  }

  private JsonObject config() {
    JsonObject routes = new JsonObject();
    for (int i = 0; i < ROUTES; i++) {
      routes.put(
          "r" + i,
          upstreams
              .withoutSidecar()
              .put("match", new JsonObject().put("path", new JsonObject().put("prefix", "/r" + i)))
              .put(
                  "circuit-breaker",
                  new JsonObject()
                      .put("request-limit-canary", requestLimit(i))
                      .put("error-limit-canary", errorLimit(i))));
    }
    return upstreams
        .withoutSidecar()
        .put("strategy", "canary")
        .put("circuit-breaker", new JsonObject().put("request-limit-canary", 33))
        .put("routes", routes);
  }

  private long canary(String path) {
    return upstreams.canary.seen.stream().filter(seen -> seen.uri().equals(path)).count();
  }

  @Test
  void twentyRoutesReachTheirLimitsExactly() throws Exception {
    upstreams.canary.answerWith(500);
    List<String> paths = new ArrayList<>(Collections.nCopies(REQUESTS_OF_A_ROUTE, "/"));
    for (int i = 0; i < ROUTES; i++) {
      paths.addAll(Collections.nCopies(REQUESTS_OF_A_ROUTE, "/r" + i));
    }
    Collections.shuffle(paths, new Random(7));
    try (GatewayFixture gateway = GatewayFixture.start(config())) {
      load(gateway, paths);
      for (int i = 0; i < ROUTES; i++) {
        String route = "r" + i;
        assertThat(canary("/" + route)).as(route).isEqualTo(exact(i));
        assertThat(gateway.metric("gateway_breaker_requests{route=\"" + route + "\"}"))
            .isEqualTo(exact(i));
        assertThat(gateway.metric("gateway_breaker_errors{route=\"" + route + "\"}"))
            .isEqualTo(exact(i));
        assertThat(gateway.metric("gateway_breaker_reservations{route=\"" + route + "\"}"))
            .isZero();
      }
      assertThat(canary("/")).as("the default route").isEqualTo(33);
      assertThat(upstreams.canary.seen.size() + upstreams.main.seen.size()).isEqualTo(paths.size());
    }
  }

  private static void load(GatewayFixture gateway, List<String> paths) throws Exception {
    Semaphore room = new Semaphore(CONCURRENCY);
    List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
    for (String path : paths) {
      room.acquire();
      all.add(
          gateway
              .client()
              .sendAsync(
                  HttpRequest.newBuilder(gateway.uri(path)).build(),
                  HttpResponse.BodyHandlers.ofString())
              .whenComplete((response, failure) -> room.release()));
    }
    for (CompletableFuture<HttpResponse<String>> response : all) {
      assertThat(response.get().body()).isIn("main", "canary");
    }
  }
}
