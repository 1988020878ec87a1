package io.canarygateway.proxy;

import io.canarygateway.config.ConfigException;
import io.canarygateway.fixtures.Closings;
import io.canarygateway.fixtures.Gateway;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Upstreams;
import io.opentelemetry.api.trace.Tracer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Upstreams of a test's own, and the proxy that the test starts in front of them. */
final class FreshProxy implements Gateway, AfterEachCallback {

  final Upstreams upstreams = new Upstreams();
  private ProxyFixture running;

  /** Starts it; {@link #close} ends it before the test does. */
  void start(JsonObject config) throws ConfigException {
    running = ProxyFixture.start(config);
  }

  /** Starts it with a tracer. */
  void start(JsonObject config, Tracer tracer) throws ConfigException {
    running = ProxyFixture.traced(config, tracer);
  }

  /** Targets, and one setting of the client that calls them. */
  JsonObject upstreamClient(String key, Object value) {
    return upstreams
        .withoutSidecar()
        .put(
            "proxy-client",
            new JsonObject().put("to-main-and-canary", new JsonObject().put(key, value)));
  }

  ProxyFixture running() {
    return running;
  }

  /** Sends bytes, and returns all that comes until the proxy closes. */
  String raw(String request) throws IOException {
    try (RawSocket client = new RawSocket(port())) {
      return client.send(request).readAll();
    }
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
    running.close();
    running = null;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (running != null) {
      Closings.of(context).add(running.closeLater());
    }
    Closings.of(context).add(upstreams.vertx().close());
  }
}
