package io.canarygateway.flagwatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes that come and go by edits of the configuration file and of a mounted ConfigMap. */
class RoutesInFilesTest {

  private static final String MAIN = "http://127.0.0.1:1";
  private static final String CANARY = "http://127.0.0.1:2";

  @TempDir Path directory;
  private WatcherFixture gateway;

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static JsonObject route(String host) {
    return new JsonObject()
        .put("match", new JsonObject().put("hosts", new JsonArray().add(host)))
        .put("main-target", MAIN)
        .put("canary-target", CANARY);
  }

  private static JsonObject config(JsonObject routes) {
    return new JsonObject()
        .put("main-target", MAIN)
        .put("canary-target", CANARY)
        .put("routes", routes);
  }

  private Path write(JsonObject config) throws Exception {
    Path next = Files.writeString(directory.resolve("next"), config.encode());
    return Files.move(next, directory.resolve("conf.json"), StandardCopyOption.ATOMIC_MOVE);
  }

  private void startWithFile(JsonObject config) throws Exception {
    gateway = WatcherFixture.start(config, write(config));
  }

  private String trimPrefix(String route) {
    return gateway.route(route).orElseThrow().routing().trimPrefix();
  }

  @Test
  void anEditOfTheFileAddsChangesAndRemovesRoutes() throws Exception {
    startWithFile(config(new JsonObject().put("one", route("one"))));
    assertThat(gateway.route("one")).isPresent();
    write(
        config(
            new JsonObject()
                .put("one", route("one").put("trim-prefix", "/a"))
                .put("two", route("two"))));
    await().until(() -> gateway.route("two").isPresent());
    assertThat(trimPrefix("one")).isEqualTo("/a");
    assertThat(gateway.revision()).as("one edit is one revision").isEqualTo(2);
    write(config(new JsonObject().put("two", route("one"))));
    await().until(() -> gateway.route("one").isEmpty());
    assertThat(gateway.route("two").orElseThrow().match().hosts()).containsExactly("one");
    assertThat(gateway.revision()).isEqualTo(3);
    assertThat(gateway.report().flags()).noneMatch(flag -> flag.name().startsWith("routes.one"));
  }

  @Test
  void aBadEditIsRefusedWhole() throws Exception {
    JsonObject good = config(new JsonObject().put("one", route("one")));
    startWithFile(good);
    JsonObject changed = new JsonObject().put("one", route("one").put("trim-prefix", "/a"));
    for (JsonObject bad :
        new JsonObject[] {
          route("one"), // The same match.
          new JsonObject().put("match", new JsonObject()),
          new JsonObject().put("main-target", MAIN).put("canary-target", CANARY),
          route("two").put("rollout", new JsonObject().put("canary", 2))
        }) {
      write(config(changed.copy().put("two", bad)));
      await().until(() -> gateway.health("conf").status() == Status.DEGRADED);
      assertThat(gateway.revision()).isEqualTo(1);
      assertThat(trimPrefix("one")).isEmpty();
      write(good);
      await().until(() -> gateway.health("conf").status() == Status.UP);
    }
    write(config(changed));
    await().until(() -> trimPrefix("one").equals("/a"));
  }

  @Test
  void aSwapOfAConfigMapAddsChangesAndRemovesRoutesInOneRevision() throws Exception {
    Path flags = directory.resolve("flags");
    ConfigMapMount mount = new ConfigMapMount(flags);
    Map<String, String> shop =
        Map.of(
            "routes.shop.match",
            "{\"hosts\": [\"shop\"]}\n",
            "routes.shop.main-target",
            MAIN + "\n",
            "routes.shop.canary-target",
            CANARY + "\n");
    mount.swap(shop);
    JsonObject directorySection = new JsonObject().put("directory", flags.toString());
    gateway =
        WatcherFixture.start(
            config(new JsonObject().put("conf", route("conf"))).put("flags", directorySection));
    assertThat(gateway.route("shop")).isPresent();
    boolean quick =
        mount.swap(
            Map.of(
                "routes.cart",
                route("cart").encodePrettily(),
                "routes.cart.trim-prefix",
                "/single",
                "routes.conf.trim-prefix",
                "/of-the-directory"));
    await().until(() -> gateway.route("cart").isPresent());
    assertThat(gateway.route("shop")).isEmpty();
    await().until(() -> trimPrefix("cart").equals("/single"));
    await().until(() -> trimPrefix("conf").equals("/of-the-directory"));
    if (quick) {
      assertThat(gateway.revision()).isEqualTo(2);
    }

    mount.swap(Map.of("routes.other.trim-prefix", "/x", "trim-prefix", "/top"));
    await().until(() -> gateway.config().routing().trimPrefix().equals("/top"));
    assertThat(gateway.route("cart")).isEmpty();
    await().until(() -> gateway.report().refusals().toString().contains("routes.other.match"));
  }
}
