package io.canarygateway.proxy;

import static io.canarygateway.fixtures.ScriptedGateway.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines of the access log, in a file. */
class AccessLogTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  @TempDir private Path directory;
  private Path file;
  private String format = "json";
  private ScriptedGateway gateway;

  @BeforeEach
  void name() {
    file = directory.resolve("access.log");
  }

  @AfterEach
  void stop() throws Exception {
    gateway.close();
  }

  private void start(JsonObject settings) throws Exception {
    gateway =
        ProxyFixture.scripted(
                targets ->
                    targets
                        .put("access-log", format)
                        .put("access-log-file", file.toString())
                        .mergeIn(settings, true))
            .start();
  }

  private List<String> lines(int count) throws Exception {
    await().until(() -> Files.exists(file) && wholeLines() >= count);
    assertThat(Files.readAllLines(file)).hasSize(count);
    return Files.readAllLines(file);
  }

  /** The last line may be written in parts. */
  private long wholeLines() throws Exception {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    return text.chars().filter(next -> next == '\n').count();
  }

  private JsonObject only() throws Exception {
    return new JsonObject(lines(1).get(0));
  }

  @Test
  void aLineHasAllFieldsInTheirOrder() throws Exception {
    start(
        new JsonObject()
            .put("strategy", "rollout")
            .put("rollout", new JsonObject().put("canary", 1)));
    Instant before = Instant.now();
    gateway.get(
        "/cart?token=secret",
        "Cookie: maxwellsdaemon=0.25",
        "X-Request-Id: abc-1",
        "traceparent: 00-" + TRACE + "-00f067aa0ba902b7-01");

    JsonObject line = only();
    assertThat(line.fieldNames())
        .containsExactly(
            "time",
            "remote",
            "host",
            "method",
            "path",
            "protocol",
            "status",
            "bytes",
            "duration_ms",
            "upstream_ms",
            "route",
            "target",
            "reason",
            "assignment",
            "upstream",
            "request_id",
            "trace_id");
    assertThat(Instant.parse(line.getString("time")))
        .isBetween(before.minusSeconds(1), Instant.now().plusSeconds(1));
    assertThat(line.getDouble("duration_ms")).isGreaterThanOrEqualTo(line.getDouble("upstream_ms"));
    assertThat(line.getDouble("upstream_ms")).isPositive();
    for (String measured : List.of("time", "duration_ms", "upstream_ms")) {
      line.remove(measured);
    }
    assertThat(line)
        .isEqualTo(
            new JsonObject()
                .put("remote", "127.0.0.1")
                .put("host", "client.test")
                .put("method", "GET")
                .put("path", "/cart")
                .put("protocol", "HTTP/1.1")
                .put("status", 200)
                .put("bytes", 2)
                .put("route", "default")
                .put("target", "canary")
                .put("reason", "Rollout by cookie")
                .put("assignment", 0.25)
                .put("upstream", "127.0.0.1:" + gateway.upstream().port())
                .put("request_id", "abc-1")
                .put("trace_id", TRACE));
  }

  @Test
  void commonLinesAreThoseOfWebServers() throws Exception {
    format = "common";
    start(new JsonObject());
    gateway.get("/a%22b?q=1");
    lines(1); // Lines of two event loops have no order.
    gateway.ask(request("HEAD /\" HTTP/1.0"));

    List<String> lines = lines(2);
    assertThat(lines.get(0))
        .matches(
            "127\\.0\\.0\\.1 - - \\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000] "
                + "\"GET /a%22b HTTP/1\\.1\" 200 2");
    assertThat(lines.get(1)).endsWith("] \"HEAD /\\\" HTTP/1.0\" 200 -");
  }

  @Test
  void hostileBytesStayInTheirField() throws Exception {
    start(new JsonObject());
    gateway.get("/\"},\\\u00ff\u0080'<", "X-Request-Id: \"},{\"");

    JsonObject line = only();
    assertThat(line.getString("path")).isEqualTo("/\"},\\\u00ff\u0080'<");
    assertThat(line.getString("request_id")).isEqualTo("\"},{\"");
  }

  @Test
  void longTextsAreCut() throws Exception {
    start(new JsonObject());
    gateway.get("/" + "\u00ff".repeat(20_000));

    assertThat(only().getString("path")).hasSize(2048).startsWith("/\u00ff");
  }

  @Test
  void answersOfTheGatewayItselfAreLogged() throws Exception {
    start(new JsonObject());
    gateway.raw("GET /a b HTTP/1.1\r\n\r\n");
    lines(1); // Lines of two event loops have no order.
    gateway.raw(request("TRACE /x HTTP/1.1"));
    lines(2);
    gateway.get("/application/health");
    gateway.raw(request("OPTIONS * HTTP/1.1", "Max-Forwards: 0", "Connection: close"));

    List<JsonObject> lines = lines(3).stream().map(JsonObject::new).toList();
    assertThat(lines).extracting(line -> line.getInteger("status")).containsExactly(400, 405, 200);
    assertThat(lines).extracting(line -> line.getString("target")).containsOnly("-");
    assertThat(lines).extracting(line -> line.getString("reason")).containsOnlyNulls();
    assertThat(lines).extracting(line -> line.getString("path")).containsExactly(null, "/x", "*");
    assertThat(lines.get(0).getInteger("bytes")).isPositive();
  }

  @Test
  void aFailedRequestHasTheStatusThatItsClientGot() throws Exception {
    start(new JsonObject());
    gateway.upstream().script((request, link) -> link.close());
    assertThat(gateway.ask(request("POST /x HTTP/1.1", "Content-Length: 0")).status())
        .isEqualTo(502);

    JsonObject line = only();
    assertThat(line.getInteger("status")).isEqualTo(502);
    assertThat(line.getString("target")).isEqualTo("main");
    assertThat(line.getValue("upstream_ms")).isNull();
    assertThat(line.getInteger("bytes")).isPositive();
  }

  @Test
  void aFailedCallOfGrpcHasNoBody() throws Exception {
    start(new JsonObject());
    gateway.upstream().script((request, link) -> link.close());
    gateway.ask(request("POST /a.B/C HTTP/1.1", "Content-Type: application/grpc"));

    JsonObject line = only();
    assertThat(line.getInteger("status")).isEqualTo(200);
    assertThat(line.getInteger("bytes")).isZero();
  }

  @Test
  void aClientThatLeavesHasNoStatus() throws Exception {
    start(new JsonObject());
    gateway.upstream().script((request, link) -> link.awaitClosed());
    try (RawSocket client = gateway.client()) {
      client.send(request("GET /slow HTTP/1.1"));
      await().until(() -> gateway.upstream().received().size() == 1);
    }

    JsonObject line = only();
    assertThat(line.containsKey("status")).isTrue();
    assertThat(line.getValue("status")).isNull();
    assertThat(line.getInteger("bytes")).isZero();
  }

  @Test
  void aFallbackHasTheReasonOfCanaryAndTheAnswerOfMain() throws Exception {
    start(
        new JsonObject()
            .put("strategy", "canary")
            .put("canary-fallback", new JsonObject().put("statuses", List.of("5xx"))));
    gateway
        .upstream()
        .answer("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", ScriptedUpstream.OK);
    gateway.get("/x");

    JsonObject line = only();
    assertThat(line.getString("reason")).isEqualTo("Strategy canary");
    assertThat(line.getString("target")).isEqualTo("main");
    assertThat(line.getInteger("status")).isEqualTo(200);
  }

  @Test
  void theStatusOfGrpcIsCountedBesideTheLog() throws Exception {
    start(new JsonObject());
    gateway.upstream().answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\ngrpc-status: 3\r\n\r\n");
    gateway.ask(request("POST /a.B/C HTTP/1.1", "Content-Type: application/grpc"));
    assertThat(only().getInteger("status")).isEqualTo(200);
    assertThat(gateway.metric("gateway_grpc_failures_total{target=\"main\"}")).isEqualTo(1);
  }
}
