package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.ReceivedRequest;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases of Gateway API's conformance suite for HTTPRoute, through the proxy. {@code
 * verticles/proxy/GATEWAY-API.md} has the routes, the requests and the answers.
 */
class GatewayApiRoutesTest {

  private static final Pattern SPAN =
      Pattern.compile("(gets no |gets |answers no |answers |)`([^`]+)`");
  private static final Pattern COUNTED =
      Pattern.compile(
          "(?m)^(?:canary_router_request_count|gateway_redirects_total)\\{[^}]*?route=\"([^\"]+)\""
              + "[^}]*} (\\S+)$");
  private static final String NO_ROUTE = "–";

  private static final Map<String, ScriptedUpstream> servers = new TreeMap<>();
  private static ProxyFixture proxy;
  private static GatewayApiTable.Row current;
  private static Map<String, Double> counts;

  @BeforeAll
  static void start() throws Exception {
    for (String name : List.of("v1", "v2", "v3")) {
      ScriptedUpstream server = new ScriptedUpstream();
      servers.put(name, server);
    }
    proxy = ProxyFixture.start(targets("v1", "v2"));
  }

  @AfterAll
  static void stop() throws IOException {
    proxy.close();
    for (ScriptedUpstream server : servers.values()) {
      server.close();
    }
  }

  @BeforeEach
  void reset() {
    servers.forEach(
        (name, server) -> {
          server.reset();
          server.script(
              (request, link) -> {
                StringBuilder echoed = new StringBuilder();
                request.headers("X-Echo").forEach(line -> echoed.append(line).append("\r\n"));
                link.readBody()
                    .send(
                        "HTTP/1.1 200 OK\r\nX-Server: %s\r\n%sContent-Length: 0\r\n\r\n"
                            .formatted(name, echoed));
              });
        });
  }

  private static JsonObject targets(String main, String canary) {
    return new JsonObject()
        .put("main-target", servers.get(main).url())
        .put("canary-target", servers.get(canary).url());
  }

  static List<GatewayApiTable.Row> rows() throws IOException {
    return GatewayApiTable.rows();
  }

  @Test
  void thereAreRows() throws IOException {
    assertThat(rows()).hasSizeGreaterThan(130);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theGatewayDoesWhatTheTableSays(GatewayApiTable.Row row) throws Exception {
    use(row);
    Reply reply = ask(row.request());
    assertThat(newlyCounted())
        .as("the route that took the request")
        .isEqualTo(row.route().equals(NO_ROUTE) ? Map.of() : Map.of(row.route(), 1.0));
    Matcher spans = SPAN.matcher(row.answer());
    assertThat(spans.find()).isTrue();
    ReceivedRequest received = check(reply, spans.group(2));
    while (spans.find()) {
      String value = spans.group(2);
      switch (spans.group(1)) {
        case "gets " -> {
          if (value.matches("[A-Z]+ /.*")) {
            assertThat(received.line()).isEqualTo(value + " HTTP/1.1");
          } else {
            assertHas(received.headers(name(value)), value);
          }
        }
        case "gets no " -> assertThat(received.headers(value)).isEmpty();
        case "answers " -> assertHas(reply.headers(name(value)), value);
        case "answers no " -> assertThat(reply.headers(value)).isEmpty();
        default -> throw new AssertionError("what is " + spans.group() + "?");
      }
    }
  }

  /** Each case has routes of its own, which come live. */
  private static void use(GatewayApiTable.Row row) throws Exception {
    if (current != null && current.routes().equals(row.routes())) {
      return;
    }
    JsonObject routes = new JsonObject(row.routes());
    for (String name : routes.fieldNames()) {
      JsonObject route = routes.getJsonObject(name);
      String server = route.getString("main-target");
      if (server != null) {
        route.mergeIn(targets(server, server));
        if (route.containsKey("main-header-host")) {
          route.put("canary-header-host", route.getString("main-header-host"));
        }
      }
    }
    proxy.use(new JsonObject().put("routes", routes));
    current = row;
    counts = countsByRoute();
  }

  /** Sends a request such as {@code `GET example.com/path` `name: value`}. */
  private static Reply ask(String request) throws IOException {
    List<String> spans = new ArrayList<>();
    for (MatchResult span : SPAN.matcher(request).results().toList()) {
      spans.add(span.group(2));
    }
    String method = spans.get(0).substring(0, spans.get(0).indexOf(' '));
    String url = spans.get(0).substring(method.length() + 1);
    String host = url.substring(0, url.indexOf('/'));
    StringBuilder head = new StringBuilder(method);
    head.append(' ').append(url.substring(url.indexOf('/'))).append(" HTTP/1.1\r\nHost: ");
    head.append(host.isEmpty() ? "gateway.test" : host).append("\r\n");
    spans.subList(1, spans.size()).forEach(field -> head.append(field).append("\r\n"));
    try (RawSocket client = new RawSocket(proxy.port())) {
      return client.send(head.append("\r\n").toString()).reply(method);
    }
  }

  /** Checks the server or the status. Returns what the server received; null if none did. */
  private static ReceivedRequest check(Reply reply, String expected) {
    if (servers.containsKey(expected)) {
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("X-Server")).isEqualTo(expected);
      return servers.get(expected).only();
    }
    String[] statusAndLocation = expected.split(" ");
    assertThat(reply.status()).isEqualTo(Integer.parseInt(statusAndLocation[0]));
    assertThat(reply.headers("Location"))
        .isEqualTo(List.of(statusAndLocation).subList(1, statusAndLocation.length));
    servers.values().forEach(server -> assertThat(server.received()).isEmpty());
    return null;
  }

  private static String name(String field) {
    return field.substring(0, field.indexOf(':'));
  }

  private static void assertHas(List<String> values, String field) {
    assertThat(String.join(",", values))
        .as(field)
        .isEqualTo(field.substring(name(field).length() + 2));
  }

  /** How many requests each route took, redirects among them. */
  private static Map<String, Double> countsByRoute() {
    Map<String, Double> counts = new HashMap<>();
    COUNTED
        .matcher(proxy.metrics())
        .results()
        .forEach(
            series ->
                counts.merge(series.group(1), Double.parseDouble(series.group(2)), Double::sum));
    return counts;
  }

  /** What has been counted since the last row. */
  private static Map<String, Double> newlyCounted() {
    Map<String, Double> now = countsByRoute();
    Map<String, Double> more = new HashMap<>(now);
    counts.forEach((route, count) -> more.merge(route, -count, Double::sum));
    more.values().removeIf(count -> count == 0);
    counts = now;
    return more;
  }

  /** HTTPRouteWeight: 500 new clients, within 4.5 standard deviations of their share. */
  @Test
  void weightsOf70And30() throws Exception {
    int requests = 500;
    double share = 0.3;
    current = null;
    proxy.use(
        targets("v1", "v2")
            .put("strategy", "rollout")
            .put("rollout", new JsonObject().put("canary", share)));
    int canary = 0;
    try (RawSocket client = new RawSocket(proxy.port())) {
      client.send(ScriptedGateway.request("GET / HTTP/1.1").repeat(requests));
      for (int i = 0; i < requests; i++) {
        canary += client.reply().header("X-Server").equals("v2") ? 1 : 0;
      }
    }
    double deviation = Math.sqrt(requests * share * (1 - share));
    assertThat((double) canary)
        .isBetween(requests * share - 4.5 * deviation, requests * share + 4.5 * deviation);
    assertThat(servers.get("v1").received()).hasSize(requests - canary);
    assertThat(servers.get("v2").received()).hasSize(canary);
  }
}
