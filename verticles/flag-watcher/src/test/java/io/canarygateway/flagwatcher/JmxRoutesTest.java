package io.canarygateway.flagwatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import javax.management.Attribute;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The MBeans of routes' flags. */
class JmxRoutesTest {

  private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

  @TempDir Path flags;
  private WatcherFixture gateway;

  @BeforeEach
  void start() throws Exception {
    write("shop", route("shop").put("trim-prefix", "/a"));
    gateway =
        WatcherFixture.start(
            new JsonObject()
                .put("main-target", "http://127.0.0.1:1")
                .put("canary-target", "http://127.0.0.1:2")
                .put("flags", new JsonObject().put("directory", flags.toString()))
                .put("routes", new JsonObject().put("conf", route("conf"))));
  }

  @AfterEach
  void stop() {
    gateway.close();
    assertThat(beans()).isEmpty();
  }

  private static JsonObject route(String host) {
    return new JsonObject()
        .put("match", new JsonObject().put("hosts", new JsonArray().add(host)))
        .put("main-target", "http://127.0.0.1:1")
        .put("canary-target", "http://127.0.0.1:2");
  }

  private void write(String name, JsonObject route) throws Exception {
    Files.writeString(flags.resolve("routes." + name), route.encode());
  }

  private static ObjectName bean(String flag) throws Exception {
    return new ObjectName("io.canarygateway:type=Flag,name=" + ObjectName.quote(flag));
  }

  /** The names of the routes' flags that have a bean. */
  private static Set<String> beans() {
    Set<String> names = new TreeSet<>();
    for (ObjectName name : SERVER.queryNames(null, null)) {
      if (name.getDomain().startsWith("io.canarygateway")) {
        String flag = ObjectName.unquote(name.getKeyProperty("name"));
        if (flag.startsWith("routes.")) {
          names.add(flag);
        }
      }
    }
    return names;
  }

  private static void set(String flag, String value) throws Exception {
    SERVER.setAttribute(bean(flag), new Attribute("Value", value));
  }

  private static void clear(String flag) throws Exception {
    SERVER.invoke(bean(flag), "clearOverride", null, null);
  }

  private String trimPrefix(String route) {
    return gateway.route(route).orElseThrow().routing().trimPrefix();
  }

  @Test
  void theBeansComeAndGoWithTheRoutes() throws Exception {
    await()
        .untilAsserted(
            () ->
                assertThat(beans())
                    .containsExactly(
                        "routes.conf",
                        "routes.conf.canary-target",
                        "routes.conf.main-target",
                        "routes.conf.match",
                        "routes.shop",
                        "routes.shop.canary-target",
                        "routes.shop.main-target",
                        "routes.shop.match",
                        "routes.shop.trim-prefix"));
    write("new", route("new"));
    await().until(() -> beans().contains("routes.new.match"));
    Files.delete(flags.resolve("routes.new"));
    await().until(() -> beans().stream().noneMatch(name -> name.startsWith("routes.new")));
    assertThat(beans()).hasSize(9);
  }

  @Test
  void aKeyAndAWholeRouteCanBeOverriddenUntilThatIsTakenBack() throws Exception {
    await().until(() -> SERVER.isRegistered(bean("routes.shop.trim-prefix")));
    assertThat(SERVER.getAttribute(bean("routes.shop.trim-prefix"), "Source"))
        .isEqualTo("directory");
    set("routes.shop.trim-prefix", "/jmx");
    await().until(() -> trimPrefix("shop").equals("/jmx"));
    clear("routes.shop.trim-prefix");
    await().until(() -> trimPrefix("shop").equals("/a"));

    await().until(() -> SERVER.isRegistered(bean("routes.conf")));
    set("routes.conf", route("conf").put("trim-prefix", "/whole").encode());
    await().until(() -> trimPrefix("conf").equals("/whole"));
    await().until(() -> SERVER.isRegistered(bean("routes.conf.trim-prefix")));
    clear("routes.conf");
    await().until(() -> trimPrefix("conf").isEmpty());
    await().until(() -> !SERVER.isRegistered(bean("routes.conf.trim-prefix")));
  }

  @Test
  void anOverrideIsRefusedWithAReason() throws Exception {
    await().until(() -> beans().containsAll(Set.of("routes.conf", "routes.shop.match")));
    assertThatThrownBy(() -> set("routes.shop.match", "{\"hosts\":[\"conf\"]}"))
        .rootCause()
        .hasMessageContaining("a match that no other route has");
    assertThatThrownBy(() -> set("routes.conf", "{}"))
        .rootCause()
        .hasMessageContaining("routes.conf");
    assertThat(gateway.revision()).isEqualTo(1);
  }
}
