package io.canarygateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.config.AdminConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The description of the API. */
class OpenApiTest {

  /** Every answer of the other tests is checked against its schema, by {@link ApiFixture}. */
  @Test
  void itHasEachPathAndMethodOfTheRouter() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Router router = Router.router(vertx);
      SimpleMeterRegistry registry = new SimpleMeterRegistry();
      Api.serve(
          router,
          vertx,
          new WriteGuard(vertx, new AdminConfig(Optional.empty())),
          new Api.Sources(
              () -> null,
              new NodeBoard(registry),
              new RouteSampler(vertx, registry),
              EventStreams.ofApi()));
      Set<String> served = new TreeSet<>();
      router.getRoutes().stream()
          .filter(route -> route.methods() != null && !route.methods().isEmpty())
          .forEach(
              route ->
                  route.methods().stream()
                      .filter(method -> method != HttpMethod.HEAD)
                      .map(method -> method.name().toLowerCase(Locale.ROOT))
                      .forEach(
                          method ->
                              served.add(
                                  method + " " + route.getPath().replaceAll(":([a-z]+)", "{$1}"))));
      Set<String> described = new TreeSet<>();
      OpenApiContract.DOCUMENT
          .get("paths")
          .properties()
          .forEach(
              path ->
                  path.getValue()
                      .fieldNames()
                      .forEachRemaining(
                          name -> {
                            if (!name.equals("parameters")) {
                              described.add(name + " " + path.getKey());
                            }
                          }));
      assertThat(described).isEqualTo(served).hasSizeGreaterThan(10);
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void itIsServed() throws Exception {
    try (ApiFixture api = ApiFixture.start(new JsonObject())) {
      assertThat(new JsonObject(api.get("/api/v1/openapi.json").body()))
          .isEqualTo(OpenApi.document());
    }
  }
}
