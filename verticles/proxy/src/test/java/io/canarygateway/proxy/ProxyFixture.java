package io.canarygateway.proxy;

import static org.awaitility.Awaitility.await;

import io.canarygateway.breaker.BreakerConfig;
import io.canarygateway.breaker.BreakerVerticle;
import io.canarygateway.config.ConfigException;
import io.canarygateway.config.FileLimit;
import io.canarygateway.fixtures.Gateway;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.VerticleHost;
import io.canarygateway.message.ComponentHealth;
import io.opentelemetry.api.trace.Tracer;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.function.UnaryOperator;

/**
 * The proxy and its breaker on a free port, with settings that a test changes. There is no sidecar:
 * what needs one is a test of the launcher.
 */
final class ProxyFixture implements Gateway {

  private final VerticleHost host;
  private final String proxies;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ProxyFixture(VerticleHost host, String proxies) {
    this.host = host;
    this.proxies = proxies;
  }

  /** Starts a proxy with a configuration; its port is replaced by a free one. */
  static ProxyFixture start(JsonObject config) throws ConfigException {
    return start(config, BufferBudget.ofHeap());
  }

  /** Starts a proxy that may hold so many bytes for the sidecar and for fallbacks. */
  static ProxyFixture start(JsonObject config, BufferBudget budget) throws ConfigException {
    return start(config, budget, null);
  }

  /** Starts a proxy that records spans. */
  static ProxyFixture traced(JsonObject config, Tracer tracer) throws ConfigException {
    return start(config, BufferBudget.ofHeap(), tracer);
  }

  private static ProxyFixture start(JsonObject config, BufferBudget budget, Tracer tracer)
      throws ConfigException {
    VerticleHost host = VerticleHost.with(onFreePort(config));
    BreakerVerticle breaker = BreakerVerticle.create(BreakerConfig.alone(), host.registry());
    host.deploy(breaker);
    String proxies =
        host.deployOnEachLoop(
            ProxyVerticle.supplier(
                ProxyConfig.of(host.config(), EVENT_LOOPS, FileLimit.ofThisProcess(), VERSION),
                breaker.breakers(),
                host.registry(),
                host.sockets(),
                budget,
                tracer));
    return new ProxyFixture(host, proxies);
  }

  /** The proxy that all classes share whose tests need no settings. */
  static ScriptedGateway scripted() {
    return ScriptedGateway.shared(ProxyFixture::start);
  }

  /** A proxy with settings for the tests of one class. */
  static ScriptedGateway scripted(UnaryOperator<JsonObject> settings) {
    return ScriptedGateway.with(ProxyFixture::start, settings);
  }

  /**
   * Waits until the upstream has read all that the proxy has sent it, and resets the upstream. The
   * head of a request that is cancelled arrives late otherwise, and counts as one of the next test.
   */
  static void awaitUpstream(ScriptedGateway gateway) throws IOException {
    gateway.reset();
    try (RawSocket last = new RawSocket(gateway.upstream().port())) {
      last.send(ScriptedGateway.request("GET / HTTP/1.1")).reply(); // All others were accepted.
    }
    await()
        .until(() -> gateway.upstream().open() == gateway.metric("gateway_upstream_connections"));
    gateway.upstream().reset();
  }

  /** Requests that a test leaves unanswered do not keep the proxy from stopping. */
  private static JsonObject onFreePort(JsonObject config) {
    JsonObject server =
        new JsonObject()
            .put("drain-timeout", "10ms")
            .mergeIn(config.getJsonObject("router-server", new JsonObject()))
            .put("host", "127.0.0.1")
            .put("port", 0);
    return config.copy().put("router-server", server);
  }

  /** Gives it other settings, which are in force when this returns. */
  void use(JsonObject config) throws ConfigException {
    host.use(onFreePort(config));
  }

  /** What a component last said of its health; null if it has said nothing. */
  ComponentHealth health(String component) {
    return host.health(component);
  }

  EventBus bus() {
    return host.bus();
  }

  /** Stops the proxies of all event loops. Completes when they have drained. */
  Future<Void> undeployProxies() {
    return host.undeploy(proxies);
  }

  @Override
  public int port() {
    return host.portOf("proxy");
  }

  @Override
  public String metrics() {
    return host.metrics();
  }

  @Override
  public HttpClient client() {
    return client;
  }

  Future<Void> closeLater() {
    return host.closeLater();
  }

  @Override
  public void close() {
    host.close();
  }
}
