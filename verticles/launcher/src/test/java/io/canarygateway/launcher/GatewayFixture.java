package io.canarygateway.launcher;

import static org.awaitility.Awaitility.await;

import io.canarygateway.cluster.GatewayCluster;
import io.canarygateway.config.ClusterConfig;
import io.canarygateway.config.ConfigException;
import io.canarygateway.config.ConfigReader;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.Gateway;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.Turns;
import io.canarygateway.flagwatcher.FlagWatcherConfig;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.ClusterManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A whole gateway in this JVM, on free ports, with clients to talk to it. */
final class GatewayFixture implements Gateway {

  /** The component of health of a node's overrides. */
  private static final String OVERRIDES = "overrides";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Vertx vertx;
  private final Map<String, String> details = new ConcurrentHashMap<>();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final GatewayVerticle gateway;
  private boolean closed;

  private GatewayFixture(String json, Path document, UnaryOperator<ClusterManager> manager)
      throws ConfigException {
    FlagValues values = ConfigReader.read(json);
    Node node = Node.of(ClusterConfig.of(values), false);
    VertxOptions options = new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS);
    GatewayTransport sockets =
        Transports.ofThisMachine().choose(GatewayConfig.transportOf(values)).transport();
    VertxBuilder builder = VertxSetup.builder(options, sockets, registry);
    if (node.clustered()) {
      GatewayCluster cluster = Clusters.of(node.cluster());
      cluster.configure(options.getEventBusOptions());
      builder
          .withTransport(cluster.transport(sockets))
          .withClusterManager(manager.apply(cluster.manager()));
      vertx = Await.result(builder.buildClustered());
      cluster.install(vertx.eventBus());
    } else {
      vertx = builder.build();
    }
    gateway =
        new GatewayVerticle(
            new FlagWatcherConfig(
                values, document, node.id(), FlagWatcherConfig.DEFAULT_POLL_PERIOD),
            registry,
            sockets,
            EVENT_LOOPS,
            node,
            VERSION);
  }

  /** A gateway with one scripted upstream for the tests of a class. */
  static ScriptedGateway scripted(UnaryOperator<JsonObject> settings) {
    return ScriptedGateway.with(GatewayFixture::start, settings);
  }

  /** Starts a gateway with a configuration; its ports are replaced by free ones. */
  static GatewayFixture start(JsonObject config) throws Exception {
    return start(config, null);
  }

  /** A node of a cluster knows the overrides of the others by the time of the return. */
  static GatewayFixture start(JsonObject config, Path document) throws Exception {
    GatewayFixture fixture =
        new GatewayFixture(onFreePorts(config).encode(), document, manager -> manager);
    fixture.deploy(config);
    if (fixture.vertx.isClustered() && runs(config, "flag-watcher")) {
      await().atMost(Duration.ofSeconds(30)).until(() -> "".equals(fixture.details.get(OVERRIDES)));
    }
    return fixture;
  }

  /** Starts a node of a cluster whose manager is changed. */
  static GatewayFixture startJoining(JsonObject config, UnaryOperator<ClusterManager> manager)
      throws Exception {
    GatewayFixture fixture = new GatewayFixture(onFreePorts(config).encode(), null, manager);
    fixture.deploy(config);
    return fixture;
  }

  private void deploy(JsonObject config) {
    MessageConsumer<ComponentHealth> health = vertx.eventBus().localConsumer(Addresses.HEALTH);
    health.handler(msg -> details.put(msg.body().component(), msg.body().detail()));
    Await.result(vertx.deployVerticle(gateway));
    await()
        .until(
            () ->
                Stream.of("proxy", "metrics")
                    .filter(verticle -> runs(config, verticle))
                    .allMatch(details::containsKey));
  }

  private static boolean runs(JsonObject config, String verticle) {
    JsonArray verticles = config.getJsonArray("verticles");
    return verticles == null || verticles.contains(verticle);
  }

  static JsonObject onFreePorts(JsonObject config) {
    JsonObject copy = config.copy();
    for (String section : new String[] {"router-server", "instrumentation"}) {
      JsonObject values = copy.getJsonObject(section, new JsonObject());
      copy.put(section, values.put("host", "127.0.0.1").put("port", 0));
    }
    return copy;
  }

  /** The value of a flag as {@code /debug/flagz} shows it. */
  String flag(String name) throws Exception {
    return flagz("").getJsonArray("flags").stream()
        .map(JsonObject.class::cast)
        .filter(flag -> flag.getString("name").equals(name))
        .map(flag -> flag.getString("current_value"))
        .findFirst()
        .orElseThrow();
  }

  /** The JSON of {@code /debug/flagz}. */
  JsonObject flagz(String query) throws Exception {
    return new JsonObject(instrumentation("/debug/flagz" + query).body());
  }

  /** A page as a browser asks for it. */
  String page(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + metricsPort() + path);
    return client
        .send(
            HttpRequest.newBuilder(uri).header("Accept", "text/html,*/*").build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  double revision() throws Exception {
    return metric("gateway_config_revision");
  }

  /** What a source says of its health: its status and its detail. */
  JsonObject health(String component) throws Exception {
    return new JsonObject(instrumentation("/health/ready").body())
        .getJsonArray("checks").stream()
            .map(JsonObject.class::cast)
            .filter(check -> check.getString("id").equals(component))
            .findFirst()
            .orElseThrow();
  }

  Vertx vertx() {
    return vertx;
  }

  GatewayVerticle gateway() {
    return gateway;
  }

  @Override
  public int port() {
    return portOf("proxy");
  }

  int metricsPort() {
    return portOf("metrics");
  }

  private int portOf(String component) {
    String detail = details.get(component);
    return Integer.parseInt(detail.substring(detail.lastIndexOf(':') + 1));
  }

  @Override
  public HttpClient client() {
    return client;
  }

  @Override
  public String metrics() throws Exception {
    return instrumentation("/metrics").body();
  }

  /**
   * What the instrumentation port answers, once all has been counted that was answered before.
   * Settings that it shows are those of the proxies by the time of the return.
   */
  HttpResponse<String> instrumentation(String path) throws Exception {
    awaitTurns();
    URI uri = URI.create("http://127.0.0.1:" + metricsPort() + path);
    HttpResponse<String> answer =
        client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    awaitTurns();
    return answer;
  }

  private void awaitTurns() {
    Turns.await(((VertxInternal) vertx).nettyEventLoopGroup());
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    Await.result(gateway.drain());
    Await.result(vertx.close());
  }
}
