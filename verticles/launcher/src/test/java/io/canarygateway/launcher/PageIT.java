package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.GatewayProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The page of operators in Chromium, on a gateway with 50 routes and 5,000 flags. */
@Tag("external")
class PageIT {

  private static final String TOKEN = "a-token-of-26-characters!!";
  private static final int ROUTES = 49;
  private static final int FLAGS = 4_800;
  private static final int TIMES = 20;
  private static final Duration BOUND = Duration.ofSeconds(2);
  private static final Duration SILENCE = Duration.ofSeconds(60);

  @TempDir static Path directory;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static JsonObject config;
  private static String page;
  private static GatewayProcess gateway;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    config = Demo.demo();
    config.remove("sidecar-url");
    config.getJsonObject("demo").put("enabled", true);
    config.put("rollout", new JsonObject().put("canary", 0.3));
    config.put(
        "admin",
        new JsonObject()
            .put("token-file", Files.writeString(directory.resolve("token"), TOKEN).toString()));
    JsonObject routes = new JsonObject();
    for (int i = 0; i < ROUTES; i++) {
      routes.put("route-" + i, route("/route-" + i));
    }
    routes
        .getJsonObject("route-2")
        .put(
            "release",
            new JsonObject().put("version", "v2").put("steps", new JsonArray().add(0.5).add(1)));
    config.put("routes", routes);
    config.put("release", new JsonObject().put("state-dir", directory.resolve("state").toString()));
    JsonObject flags = new JsonObject();
    for (int i = 0; i < FLAGS; i++) {
      flags.put("feature-" + i, new JsonObject().put("type", "string").put("usage", "A feature"));
    }
    config.put("flags", new JsonObject().put("declare", flags));
    Path file = Files.writeString(directory.resolve("config.json"), config.encode());
    gateway = GatewayProcess.start(directory, "-conf", file.toString()).awaitReady();
    page = "http://127.0.0.1:" + config.getJsonObject("instrumentation").getInteger("port") + "/";
    browser = new Browser();
  }

  private static JsonObject route(String prefix) {
    return new JsonObject()
        .put("match", new JsonObject().put("path", new JsonObject().put("prefix", prefix)))
        .put("main-target", config.getString("main-target"))
        .put("canary-target", config.getString("canary-target"))
        .put("circuit-breaker", new JsonObject().put("error-limit-canary", 15));
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
    if (gateway != null) {
      gateway.close();
    }
  }

  @BeforeEach
  void forgetWhatWasLogged() {
    browser.console();
    browser.requests();
  }

  private static String get(String uri, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri));
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<String> response =
        CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(uri).isEqualTo(200);
    return response.body();
  }

  /** The answer to a tester who asks for canary. */
  private static String tester(String path) throws Exception {
    return get(Demo.router(config) + path, "X-Canary", "true");
  }

  private static void enterToken() {
    browser.type("token", TOKEN);
    browser.awaitText("result-text", "The token is right");
  }

  @Test
  void itLoadsWithoutErrorsAndAsksNoOtherHost() {
    browser.open(page);
    browser.click("to-route-7");
    browser.awaitText("route", "route-7");
    browser.awaitText("liveness", "● live");
    assertThat(browser.text("route")).startsWith("route-7");
    assertThat(browser.console()).isEmpty();
    assertThat(browser.requests()).hasSizeGreaterThan(10).allMatch(uri -> uri.startsWith(page));
  }

  @Test
  void plotsMoveUnderLoad() throws Exception {
    browser.open(page + "?route=route-3");
    String lastPoint =
        "return Math.max(0, ...Chart.getChart(document.querySelector('#plots canvas'))"
            + ".data.datasets[0].data.slice(-2).map(point => point.y))";
    assertThat(((Number) browser.script(lastPoint)).doubleValue()).isZero();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              for (int i = 0; i < 20; i++) {
                get(Demo.router(config) + "/route-3");
              }
              assertThat(((Number) browser.script(lastPoint)).doubleValue()).isPositive();
            });
    browser.awaitText("route", "Errors, 15 min0 % 0 of "); // The figures come after the plots.
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void stopCanaryCountsForTheNextRequestAndCanBeUndone() throws Exception {
    browser.open(page);
    enterToken();
    assertThat(tester("/")).startsWith("Hello from canary");
    browser.click("stop-all");
    browser.awaitText("result-text", "Canary is stopped on all routes");
    assertThat(tester("/")).startsWith("Hello from main");
    assertThat(tester("/route-1")).startsWith("Hello from main");
    browser.awaitText("status", "Start canary again");
    browser.picture("stopped");
    browser.click("result-undo");
    browser.awaitText("result-text", "The stop is undone");
    assertThat(tester("/")).startsWith("Hello from canary");
  }

  @Test
  void oneRouteIsStoppedAndStartedAgainAfterAQuestion() throws Exception {
    browser.open(page + "?route=route-5");
    enterToken();
    browser.click("stop-route-5");
    browser.awaitText("result-text", "Canary is stopped on route-5");
    assertThat(tester("/route-5")).startsWith("Hello from main");
    assertThat(tester("/route-6")).startsWith("Hello from canary");
    browser.awaitText("route", "Start canary again");
    browser.click("start-route");
    browser.awaitText("ask-text", "Start canary again on route-5?");
    browser.click("ask-no");
    assertThat(tester("/route-5")).as("the answer was no").startsWith("Hello from main");
    browser.click("start-route");
    browser.click("ask-yes");
    browser.awaitText("result-text", "is set back");
    assertThat(tester("/route-5")).startsWith("Hello from canary");
  }

  @Test
  void withoutTheTokenNothingChangesAndThePageSaysSo() throws Exception {
    browser.open(page);
    browser.click("stop-all");
    browser.awaitText("result-text", "This needs the token");
    browser.type("token", "another-token-of-many-characters");
    browser.awaitText("result-text", "Refused with 401: the token is wrong");
    assertThat(browser.script("return sessionStorage.length")).isEqualTo(0L);
    assertThat(tester("/")).startsWith("Hello from canary");
  }

  @Test
  void theKeyboardIsEnough() throws Exception {
    browser.open(page);
    browser.press(Keys.TAB);
    assertThat(browser.script("return document.activeElement.className")).isEqualTo("skip");
    assertThat(browser.script("return getComputedStyle(document.activeElement).outlineStyle"))
        .isEqualTo("solid");
    browser.tabTo("token");
    browser.press(TOKEN, Keys.ENTER);
    browser.awaitText("result-text", "The token is right");
    browser.tabTo("stop-route-1");
    browser.press(Keys.ENTER);
    browser.awaitText("result-text", "Canary is stopped on route-1");
    assertThat(tester("/route-1")).startsWith("Hello from main");
    browser.tabTo("result-undo");
    browser.press(Keys.SPACE);
    browser.awaitText("result-text", "The stop is undone");
    assertThat(tester("/route-1")).startsWith("Hello from canary");
  }

  @Test
  void itFitsANarrowScreenAndADarkOne() throws Exception {
    try {
      browser.open(page + "?route=route-2&flag=canary-enabled");
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                get(Demo.router(config) + "/route-2");
                return browser.text("details").contains("0 of ");
              });
      browser.awaitText("details", "Release v2: running");
      browser.awaitText("details", "Still needed");
      browser.picture("light");
      String light = background();
      browser.prefer("dark");
      assertThat(background()).isNotEqualTo(light);
      browser.picture("dark");
      browser.size(400, 900);
      browser.picture("400-dark");
      browser.size(400, 4_000);
      assertThat(browser.script("return document.documentElement.scrollWidth - innerWidth"))
          .asString()
          .matches("0|-.*");
      browser.prefer("light");
      browser.picture("400-light");
    } finally {
      browser.prefer("light");
      browser.size(1400, 1000);
    }
  }

  private static String background() {
    return String.valueOf(browser.script("return getComputedStyle(document.body).backgroundColor"));
  }

  @Test
  void aSilentGatewayIsToldAndComesBack() throws Exception {
    browser.open(page);
    gateway.signal("STOP");
    try {
      await().atMost(SILENCE).until(() -> browser.text("liveness").contains("not live since"));
    } finally {
      gateway.signal("CONT");
    }
    browser.awaitText("liveness", "● live");
  }

  /** The bound only notices what is badly wrong; the figures are printed. */
  @Test
  void fiftyRoutesAndFiveThousandFlagsAreShownAtOnce() throws Exception {
    for (String path : List.of("", "page/now", "page/flags?flags=feature-4", "page/system")) {
      long[] micros = new long[TIMES];
      int size = 0;
      for (int i = -TIMES; i < TIMES; i++) {
        long began = System.nanoTime();
        size = get(page + path).length();
        micros[Math.max(0, i)] = (System.nanoTime() - began) / 1_000;
      }
      Arrays.sort(micros);
      System.out.printf(
          "page: GET /%s: median %.1f ms, longest %.1f ms, %,d characters%n",
          path, micros[TIMES / 2] / 1e3, micros[TIMES - 1] / 1e3, size);
      assertThat(Duration.ofNanos(micros[TIMES / 2] * 1_000)).isLessThan(BOUND);
      assertThat(size).isLessThan(200_000);
    }
  }
}
