package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** A gateway whose main and canary are one scripted upstream, kept for all tests of a class. */
final class ScriptedGateway implements AutoCloseable {

  /** A request that harms nobody, to be sent behind another. */
  static final String SECOND = "GET /second HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

  final ScriptedUpstream upstream;
  final GatewayFixture gateway;

  private ScriptedGateway(ScriptedUpstream upstream, GatewayFixture gateway) {
    this.upstream = upstream;
    this.gateway = gateway;
  }

  static ScriptedGateway start() throws Exception {
    return start(config -> config);
  }

  /** One with more settings than its targets. */
  static ScriptedGateway start(UnaryOperator<JsonObject> settings) throws Exception {
    ScriptedUpstream upstream = new ScriptedUpstream();
    JsonObject targets =
        new JsonObject().put("main-target", upstream.url()).put("canary-target", upstream.url());
    try {
      return new ScriptedGateway(upstream, GatewayFixture.start(settings.apply(targets)));
    } catch (Exception | Error e) {
      upstream.close();
      throw e;
    }
  }

  /** As after the start, but for connections that are kept. */
  void reset() {
    awaitQuiet();
    upstream.reset();
  }

  /** Waits until no request is under way. */
  void awaitQuiet() {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> gateway.metric("gateway_requests_in_flight") == 0);
  }

  RawSocket client() throws IOException {
    return new RawSocket(gateway.port());
  }

  /** Sends bytes, and returns all that comes until the gateway closes. */
  String raw(String request) throws IOException {
    try (RawSocket client = client()) {
      return client.send(request).readAll();
    }
  }

  /** Sends bytes, and reads responses until the gateway closes. */
  List<Reply> replies(String request) throws IOException {
    try (RawSocket client = client()) {
      return client.send(request).replies();
    }
  }

  /** Sends a request, and reads its response alone. */
  Reply ask(String request) throws IOException {
    try (RawSocket client = client()) {
      return client.send(request).reply(request.substring(0, request.indexOf(' ')));
    }
  }

  /** A GET with more header lines. */
  Reply get(String path, String... fields) throws IOException {
    return ask(request("GET " + path + " HTTP/1.1", fields));
  }

  /** A head with a host. */
  static String request(String line, String... fields) {
    StringBuilder head = new StringBuilder(line).append("\r\nHost: client.test\r\n");
    for (String field : fields) {
      head.append(field).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  /**
   * Sends a request that has to be refused, with a second one behind it in one segment, as often as
   * it takes for a race to show: the one answer says that the connection ends, it does end, and
   * nothing reaches the upstream.
   */
  void assertRefused(String request, Integer... statuses) throws IOException {
    for (int i = 0; i < 10; i++) {
      List<Reply> replies = replies(request + SECOND);
      assertThat(replies).hasSize(1);
      assertThat(replies.get(0).status()).isIn((Object[]) statuses);
      assertThat(replies.get(0).saysClose()).as(replies.get(0).head().text()).isTrue();
      assertThat(replies.get(0).whole()).isTrue();
    }
    awaitQuiet();
    assertNothingReachedUpstream();
  }

  void assertNothingReachedUpstream() {
    assertThat(upstream.lines()).isEmpty();
    assertThat(upstream.faults()).isEmpty();
  }

  @Override
  public void close() throws IOException {
    gateway.close();
    upstream.close();
  }
}
