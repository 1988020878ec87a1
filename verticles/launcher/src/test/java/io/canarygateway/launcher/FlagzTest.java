package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.Attribute;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code /debug/flagz} and JMX of a running gateway. */
class FlagzTest {

  private static final String NASTY = "<script>alert('&')</script>";
  private static Upstreams upstreams;
  private static GatewayFixture gateway;

  @BeforeAll
  static void start() throws Exception {
    upstreams = new Upstreams();
    JsonObject declare =
        new JsonObject()
            .put(
                "some_dyn_stringslice",
                declaration("string-slice", "foo,bar", "Some dynamic slice text"))
            .put("some_set", declaration("string-set", "foo,bar", NASTY))
            .put(
                "some_dyn_json",
                declaration(
                    "json",
                    new JsonObject().put("string", "foo").put("json", 1337),
                    "Some dynamic JSON text"))
            .put("token", declaration("string", "hunter2", "A secret").put("secret", true))
            .put("number", declaration("int64", 1, "A number").put("max", 10));
    gateway =
        GatewayFixture.start(
            upstreams
                .withoutSidecar()
                .put("some_dyn_stringslice", "car,star")
                .put("some_set", "star,car")
                .put("token", "hunter3")
                .put("trim-prefix", NASTY)
                .put("flags", new JsonObject().put("declare", declare)));
  }

  private static JsonObject declaration(String type, Object defaultValue, String usage) {
    return new JsonObject().put("type", type).put("default", defaultValue).put("usage", usage);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    upstreams.close();
  }

  private static List<String> names(String query) throws Exception {
    return gateway.flagz(query).getJsonArray("flags").stream()
        .map(flag -> ((JsonObject) flag).getString("name"))
        .toList();
  }

  private static JsonObject flag(String name) throws Exception {
    return gateway.flagz("").getJsonArray("flags").stream()
        .map(JsonObject.class::cast)
        .filter(flag -> flag.getString("name").equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theJsonIsGoFlagzs() throws Exception {
    HttpResponse<String> response = gateway.instrumentation("/debug/flagz");
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    assertThat(new JsonObject(response.body()).fieldNames())
        .containsExactly("checksum_static", "checksum_dynamic", "flags");
    assertThat(flag("some_dyn_stringslice"))
        .isEqualTo(
            new JsonObject()
                .put("name", "some_dyn_stringslice")
                .put("description", "Some dynamic slice text")
                .put("current_value", "[car star]")
                .put("default_value", "[foo bar]")
                .put("is_changed", true)
                .put("is_dynamic", true)
                .put("source", "conf")
                .put("covered_by", "")
                .put("covered", new JsonArray()));
    assertThat(flag("some_set").getString("current_value")).isEqualTo("[car star]");
    assertThat(flag("some_dyn_json"))
        .isEqualTo(
            new JsonObject()
                .put("name", "some_dyn_json")
                .put("description", "Some dynamic JSON text")
                .put("current_value", "{\n  \"json\": 1337,\n  \"string\": \"foo\"\n}")
                .put("default_value", "{\n  \"json\": 1337,\n  \"string\": \"foo\"\n}")
                .put("is_changed", false)
                .put("is_dynamic", true)
                .put("source", "default")
                .put("covered_by", "")
                .put("covered", new JsonArray()));
    assertThat(flag("router-server.port").getBoolean("is_dynamic")).isFalse();
    assertThat(flag("router-server.read-timeout").getString("current_value")).isEqualTo("5s");
    assertThat(names("")).isSorted();
  }

  @Test
  void theFiltersAreGoFlagzs() throws Exception {
    assertThat(names("?type=dynamic")).contains("strategy", "number").doesNotContain("transport");
    assertThat(names("?type=static")).contains("transport").doesNotContain("strategy");
    assertThat(names("?only_changed=true&type=dynamic"))
        .containsExactly(
            "canary-target",
            "main-target",
            "some_dyn_stringslice",
            "some_set",
            "token",
            "trim-prefix");
    assertThat(names("?only_changed=1")).doesNotContain("number");
    assertThat(names("?only_changed=")).contains("number");
    assertThat(names("?type=other")).hasSameSizeAs(names(""));
    assertThat(gateway.flagz("?type=static").getString("checksum_dynamic"))
        .isEqualTo(gateway.flagz("").getString("checksum_dynamic"));
  }

  @Test
  void secretsAreMaskedEverywhere() throws Exception {
    assertThat(flag("token").getString("current_value")).isEqualTo("***");
    assertThat(gateway.instrumentation("/debug/flagz").body()).doesNotContain("hunter");
    assertThat(gateway.page("/debug/flagz")).doesNotContain("hunter");
    assertThat(gateway.metrics()).doesNotContain("hunter");
    assertThat(attribute("token", "Value")).isEqualTo("***");
    assertThat(attribute("token", "Default")).isEqualTo("***");
  }

  @Test
  void browsersGetAPageThatContactsNobodyAndEscapesAll() throws Exception {
    HttpResponse<String> response =
        gateway
            .client()
            .send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + gateway.metricsPort() + "/debug/flagz"))
                    .header("Accept", "application/xhtml+xml")
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
    String policy = response.headers().firstValue("content-security-policy").orElseThrow();
    assertThat(policy).startsWith("default-src 'none'");
    String page = response.body();
    assertThat(page)
        .contains("<html", "some_dyn_stringslice", "[car star]", "&lt;script&gt;alert(")
        .doesNotContain(NASTY)
        .doesNotContain("hunter");
    Matcher links = Pattern.compile("(?:src|href|action)=\"([^\"]*)\"").matcher(page);
    assertThat(links.results().map(link -> link.group(1))).allMatch(link -> link.startsWith("?"));
    Matcher nonces = Pattern.compile("<(?:script|style)([^>]*)>").matcher(page);
    assertThat(nonces.results().map(tag -> tag.group(1)))
        .allMatch(
            attributes ->
                policy.contains(
                    attributes.strip().replace("nonce=\"", "'nonce-").replace('"', '\'')));
    assertThat(gateway.page("/debug/flagz?format=json")).startsWith("{");
  }

  @Test
  void nonsenseIsABadRequest() throws Exception {
    for (String path : List.of("/debug/flagz?only_changed=%25zz", "/debug/flagz?type=bogus")) {
      assertThat(gateway.instrumentation(path).statusCode()).isEqualTo(200);
    }
    for (String target : List.of("/debug/flagz?q=%zz", "/debug/flagz?%", "/debug/flagz%zz")) {
      try (RawSocket client = new RawSocket(gateway.metricsPort())) {
        client.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n").readUntil(" 400 ");
      }
    }
    try (RawSocket client = new RawSocket(gateway.metricsPort())) {
      client.send("HEAD /health/ready HTTP/1.1\r\nHost: x\r\n\r\n").readUntil(" 200 ");
    }
  }

  @Test
  void thePageCanBeSearchedWithoutAScript() throws Exception {
    assertThat(gateway.page("/debug/flagz?q=%5BCAR").split("<tr id=")).hasSize(3);
    assertThat(gateway.page("/debug/flagz?type=static&q=transport").split("<tr id=")).hasSize(2);
    assertThat(gateway.page("/debug/flagz?q=%22%3E%3Cscript%3E"))
        .contains("value=\"&quot;&gt;&lt;script&gt;\"");
  }

  private static ObjectName bean(String flag) throws Exception {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    ObjectName pattern =
        new ObjectName("io.canarygateway*:type=Flag,name=" + ObjectName.quote(flag));
    // The gateway serves a little earlier than its beans do.
    await().until(() -> !server.queryNames(pattern, null).isEmpty());
    return server.queryNames(pattern, null).iterator().next();
  }

  private static Object attribute(String flag, String attribute) throws Exception {
    return ManagementFactory.getPlatformMBeanServer().getAttribute(bean(flag), attribute);
  }

  private static void set(String flag, String value) throws Exception {
    ManagementFactory.getPlatformMBeanServer()
        .setAttribute(bean(flag), new Attribute("Value", value));
  }

  private static void clear(String flag) throws Exception {
    ManagementFactory.getPlatformMBeanServer()
        .invoke(bean(flag), "clearOverride", new Object[0], new String[0]);
  }

  @Test
  void jmxShowsAndOverridesUntilItIsTakenBack() throws Exception {
    assertThat(attribute("number", "Usage")).isEqualTo("A number");
    assertThat(attribute("number", "Type")).isEqualTo("int64");
    assertThat(attribute("number", "Default")).isEqualTo("1");
    assertThat(attribute("number", "Source")).isEqualTo("default");
    set("number", "5");
    assertThat(attribute("number", "Value")).isEqualTo("5");
    assertThat(attribute("number", "Source")).isEqualTo("override");
    assertThat(gateway.flag("number")).isEqualTo("5");
    assertThat(gateway.page("/debug/flagz?q=number")).contains("jmx", "before revision");
    clear("number");
    assertThat(gateway.flag("number")).isEqualTo("1");
    set("strategy", "canary");
    awaitAnswer("canary");
    clear("strategy");
    awaitAnswer("main");
  }

  @Test
  void jmxRefusesWhatIsNotValidWithAReason() throws Exception {
    assertThatThrownBy(() -> set("number", "11"))
        .rootCause()
        .hasMessage("number: \"11\" (expected a whole number, at most 10)");
    assertThatThrownBy(() -> set("strategy", "sidecar"))
        .rootCause()
        .hasMessageContaining("since strategy is sidecar");
    assertThatThrownBy(() -> set("router-server.port", "1"))
        .rootCause()
        .hasMessageContaining("restart");
    assertThat(gateway.flag("number")).isEqualTo("1");
    assertThat(gateway.page("/debug/flagz")).contains("at most 10");
  }

  /** The proxies get a new snapshot by the event bus, a moment after the call has returned. */
  private void awaitAnswer(String target) {
    await().untilAsserted(() -> assertThat(gateway.get("/").body()).isEqualTo(target));
  }
}
