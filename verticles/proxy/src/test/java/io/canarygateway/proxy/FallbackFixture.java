package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Gateway;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A main, a canary and a third server on raw sockets, and a proxy in front of them. */
final class FallbackFixture implements Gateway, BeforeEachCallback, AfterEachCallback {

  ScriptedUpstream main;
  ScriptedUpstream canary;
  ScriptedUpstream other;
  private ProxyFixture running;

  /** The bytes that the next proxy may hold for fallbacks. */
  BufferBudget budget = BufferBudget.ofHeap();

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    main = new ScriptedUpstream();
    canary = new ScriptedUpstream();
    other = new ScriptedUpstream();
    main.answer(ok("main"));
    canary.answer(ok("canary"));
    other.answer(ok("other"));
  }

  static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  static String status(int status) {
    return "HTTP/1.1 " + status + " Status\r\nContent-Length: 2\r\n\r\nno";
  }

  /** Starts a proxy with a strategy and one more setting. */
  void start(String strategy, String key, JsonObject value) throws Exception {
    startWith(strategy, "10s", new JsonObject().put(key, value));
  }

  void startWith(String strategy, String timeout, JsonObject more) throws Exception {
    running =
        ProxyFixture.start(
            new JsonObject()
                .put("main-target", main.url())
                .put("canary-target", canary.url())
                .put("strategy", strategy)
                .put(
                    "proxy-client",
                    new JsonObject()
                        .put("to-main-and-canary", new JsonObject().put("timeout", timeout)))
                .mergeIn(more, true),
            budget);
  }

  ProxyFixture running() {
    return running;
  }

  Reply ask(String request) throws IOException {
    try (RawSocket client = new RawSocket(port())) {
      return client.send(request).reply(request.substring(0, request.indexOf(' ')));
    }
  }

  double fallbacks(String cause) throws Exception {
    return metric("gateway_fallbacks_total{cause=\"" + cause + "\"}");
  }

  double responses(String target, String statusClass) throws Exception {
    return metric(
        "gateway_responses_total{route=\"\",status_class=\"%s\",target=\"%s\"}"
            .formatted(statusClass, target));
  }

  double mirrored(String result) throws Exception {
    return metric("gateway_mirror_requests_total{result=\"" + result + "\"}");
  }

  /** Waits until no request, reservation or kept byte is left. */
  void awaitNothingHeld() {
    await()
        .untilAsserted(
            () -> {
              assertThat(metric("gateway_requests_in_flight")).isZero();
              assertThat(metric("gateway_breaker_reservations")).isZero();
              assertThat(metric("gateway_sidecar_buffered_bytes")).isZero();
            });
  }

  @Override
  public int port() {
    return running.port();
  }

  @Override
  public String metrics() {
    return running.metrics();
  }

  @Override
  public HttpClient client() {
    return running.client();
  }

  @Override
  public void close() {
    if (running != null) {
      running.close();
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    close();
    main.close();
    canary.close();
    other.close();
  }
}
