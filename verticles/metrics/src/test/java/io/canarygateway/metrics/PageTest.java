package io.canarygateway.metrics;

import static io.canarygateway.metrics.ApiFixture.release;
import static io.canarygateway.metrics.PageFixture.HOSTILE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.Journal;
import io.canarygateway.message.NodeReport;
import io.canarygateway.message.ReleaseReports;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of operators. */
class PageTest {

  private static final Pattern ASSET = Pattern.compile("\"(/assets/[^\"]+)\"");

  @TempDir Path directory;
  private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    api = ApiFixture.start(PageFixture.routes(3));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private void restart(JsonObject more) throws Exception {
    api.close();
    api = ApiFixture.start(more);
  }

  private JsonObject withToken() throws Exception {
    Path token = Files.writeString(directory.resolve("token"), ApiFixture.TOKEN);
    return new JsonObject().put("admin", new JsonObject().put("token-file", token.toString()));
  }

  private String html(String path) throws Exception {
    HttpResponse<String> response = api.get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
    assertThat(response.headers().firstValue("cache-control")).contains("no-store");
    assertThat(response.headers().firstValue("content-security-policy"))
        .contains(PageHeaders.POLICY);
    assertThat(response.headers().firstValue("x-content-type-options")).contains("nosniff");
    return response.body();
  }

  @Test
  void thePageHasNothingThatItsPolicyForbids() throws Exception {
    assertThat(PageHeaders.POLICY)
        .contains("default-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe", "http:", "https:", "*", "data:");
    String page = html("/");
    assertThat(page).doesNotContain("<style", " style=", "javascript:", "//cdn");
    assertThat(page).doesNotContainPattern("<script(?![^>]* src=\"/assets/)");
    assertThat(page).doesNotContainPattern(" on[a-z]+=");
    assertThat(page).doesNotContainPattern("(src|href)=\"(?!/|#)");
    assertThat(page).contains("\"allowEval\": false", "\"includeIndicatorStyles\": false");
  }

  @Test
  void whatThePageLoadsIsKeptForEver() throws Exception {
    Matcher assets = ASSET.matcher(html("/"));
    int count = 0;
    while (assets.find()) {
      count++;
      String path = assets.group(1);
      HttpResponse<String> asset = api.get(path);
      assertThat(asset.statusCode()).as(path).isEqualTo(200);
      assertThat(asset.headers().firstValue("cache-control"))
          .contains("public, max-age=31536000, immutable");
      assertThat(asset.body()).isNotEmpty();
      String tag = asset.headers().firstValue("etag").orElseThrow();
      HttpResponse<String> again = api.send(api.request(path).header("If-None-Match", tag));
      assertThat(again.statusCode()).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      HttpResponse<String> packed = api.send(api.request(path).header("Accept-Encoding", "gzip"));
      assertThat(packed.headers().firstValue("content-encoding")).contains("gzip");
      assertThat(packed.headers().firstValue("etag")).isNotEmpty().isNotEqualTo(tag);
    }
    assertThat(count)
        .as("htmx, its extension, Chart.js, two scripts, the style, the icon")
        .isEqualTo(7);
  }

  @Test
  void headHasNoBodyAndUnknownPathsAreNotFound() throws Exception {
    HttpResponse<String> head = api.send(api.request("/").method("HEAD", BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    for (String path :
        List.of("/index.html", "/page", "/page/", "/page/x", "/assets/", "/assets/page.css")) {
      assertThat(api.get(path).statusCode()).as(path).isEqualTo(404);
    }
    assertThat(api.raw("GET /?q=%zz HTTP/1.1\r\nHost: localhost")).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/page/now", "/page/flags", "/page/live", "/assets/page.css"})
  void aForeignHostIsRefused(String path) throws Exception {
    assertThat(api.raw("GET " + path + " HTTP/1.1\r\nHost: evil.example")).isEqualTo(421);
  }

  @Test
  void everythingIsEscaped() throws Exception {
    ReleaseReports.OfRoute template = release("");
    api.report(
        new ReleaseReports.OfRoute(
            "route-0",
            HOSTILE,
            "act",
            "held",
            HOSTILE,
            1,
            4,
            0.1,
            0.1,
            1,
            1,
            template.counts(),
            template.evidence(),
            List.of(HOSTILE),
            List.of(),
            template.rehearsals()));
    PageFixture.answer(
        api,
        PageFixture.report(
            List.of(
                PageFixture.flag(HOSTILE, HOSTILE, "override"),
                PageFixture.flag("x", HOSTILE, HOSTILE))),
        new Journal(List.of(PageFixture.entry(HOSTILE, HOSTILE))));
    api.host
        .bus()
        .publish(Addresses.CLUSTER_NODES, new NodeReport(HOSTILE, HOSTILE, 7, HOSTILE, "b", false));
    api.host
        .bus()
        .publish(
            Addresses.HEALTH,
            new ComponentHealth(HOSTILE, ComponentHealth.Status.DEGRADED, HOSTILE),
            Addresses.WITHIN_PROCESS);
    String encoded = "%22%27%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%7B%7B%207%20*%207%20%7D%7D";
    for (String path :
        List.of(
            "/",
            "/?q=" + encoded + "&flags=" + encoded + "&show=" + encoded,
            "/?route=" + encoded,
            "/?flag=" + encoded,
            "/page/now",
            "/page/flags?flags=" + encoded,
            "/page/flag?flag=" + encoded,
            "/page/system",
            "/page/journal")) {
      String page = html(path);
      assertThat(page).as(path).doesNotContain("<script>", "\"'>", "'><");
    }
    assertThat(html("/?flag=" + encoded))
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}")
        .contains("release held");
  }

  @Test
  void theWorstRouteComesFirstAndIsOpen() throws Exception {
    Gauge.builder("gateway_breaker_tripped", () -> 1)
        .tags("route", "route-2", "limit", "errors")
        .register(api.host.registry());
    JsonObject config = PageFixture.routes(3);
    config
        .getJsonObject("routes")
        .getJsonObject("route-2")
        .put("circuit-breaker", new JsonObject().put("error-limit-canary", 15));
    config.getJsonObject("routes").getJsonObject("route-1").put("canary-enabled", false);
    api.host.use(ApiFixture.config(config));
    String page = html("/");
    assertThat(page.indexOf("row-route-2")).isLessThan(page.indexOf("row-route-1"));
    assertThat(page.indexOf("row-route-1")).isLessThan(page.indexOf("row-route-0"));
    assertThat(page).contains("<h3>route-2</h3>", "breaker tripped", "canary stopped");
    assertThat(html("/?route=route-0")).contains("<h3>route-0</h3>");
    assertThat(html("/?route=nothing")).contains("There is no route called nothing");
    assertThat(html("/?q=PATH-1")).contains("row-route-1").doesNotContain("row-route-0");
  }

  @Test
  void failuresOfTheLastMinuteAreTold() throws Exception {
    Counter failures =
        Counter.builder("gateway_responses")
            .tags("route", "route-1", "target", "canary", "status_class", "5xx")
            .register(api.host.registry());
    await()
        .untilAsserted(
            () -> {
              failures.increment(5);
              assertThat(html("/page/now")).contains("canary is failing", "<h3>route-1</h3>");
            });
  }

  @Test
  void withoutATokenFileEverythingIsReadOnlyAndSaysWhy() throws Exception {
    String page = html("/");
    assertThat(page).contains("admin.token-file", "Read-only").doesNotContain("id=\"token-form\"");
    assertThat(page).doesNotContainPattern("<button[^>]* data-do=(?![^>]* disabled)");
    assertThat(api.send(api.post("/page/token", "")).statusCode()).isEqualTo(403);
    restart(withToken());
    assertThat(html("/")).contains("id=\"token-form\"").doesNotContain("Read-only");
    assertThat(html("/")).containsPattern("<button[^>]* id=\"stop-all\"(?![^>]* disabled)");
    api.host.use(ApiFixture.config(PageFixture.routes(3).mergeIn(withToken())));
    assertThat(html("/?route=route-1"))
        .contains("id=\"stop-route-2\"", "id=\"stop-route\"")
        .doesNotContain("id=\"stop-default\"") // That is the stop of all routes.
        .doesNotContainPattern("data-do=\"stop\"(?! data-stop=\")");
  }

  @Test
  void theTokenCanBeTried() throws Exception {
    restart(withToken());
    assertThat(api.send(api.post("/page/token", "")).statusCode()).isEqualTo(204);
    HttpResponse<String> wrong =
        api.send(
            api.request("/page/token")
                .header("Authorization", "Bearer wrong")
                .POST(BodyPublishers.noBody()));
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(new JsonObject(wrong.body()).getString("error")).isEqualTo("the token is wrong");
  }

  @Test
  void flagsAndTheJournalArePaged() throws Exception {
    PageFixture.answer(
        api,
        PageFixture.report(PageFixture.flags(5_000)),
        new Journal(Collections.nCopies(1_000, PageFixture.entry("flag-0001", "changed"))));
    assertThat(html("/")).hasSizeLessThan(100_000).contains("1 to 50 of 5000", "1 to 30 of 1000");
    assertThat(html("/page/flags?flags-from=4950"))
        .contains("flag-4999")
        .doesNotContain("flag-4949");
    assertThat(html("/page/flags?flags=FLAG-49")).contains("1 to 50 of 100");
    assertThat(html("/page/flags?show=overridden"))
        .contains("flag-0007")
        .doesNotContain("flag-0008");
    assertThat(html("/page/flags?flags-from=-1&show=x")).contains("1 to 50 of 5000");
    assertThat(html("/page/journal?journal-from=990")).contains("991 to 1000 of 1000");
    assertThat(html("/page/flag?flag=flag-0007")).contains("Set override", "Covers conf");
    assertThat(html("/page/flag?flag=none")).contains("No flag is called");
  }

  @Test
  void withoutAFlagWatcherTheRestIsShown() throws Exception {
    assertThat(html("/"))
        .contains(
            "<h3>default</h3>", "No flag watcher answers", "Nothing has changed since the start");
  }
}
