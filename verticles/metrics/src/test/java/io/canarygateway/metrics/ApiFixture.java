package io.canarygateway.metrics;

import static org.awaitility.Awaitility.await;

import io.canarygateway.config.MetricsConfig;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.VerticleHost;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ReleaseCommand;
import io.canarygateway.message.ReleaseReports;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** An instrumentation port, and a scripted verticle of releases. */
final class ApiFixture implements AutoCloseable {

  static final String TOKEN = "a-token-of-26-characters!!";

  static final String NODE = "n1";

  final VerticleHost host;
  final List<ReleaseCommand> commands = new CopyOnWriteArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();

  private ApiFixture(VerticleHost host) {
    this.host = host;
  }

  /**
   * Starts one.
   *
   * @param more settings besides targets and the port
   */
  static ApiFixture start(JsonObject more) throws Exception {
    JsonObject config = config(more);
    ApiFixture fixture = new ApiFixture(VerticleHost.with(config));
    fixture.host.deploy(
        new MetricsVerticle(
            MetricsConfig.of(VerticleHost.values(config)),
            fixture.host.registry(),
            Set.of("metrics"),
            NODE));
    await().until(() -> fixture.host.health("metrics") != null);
    return fixture;
  }

  /** The settings with some more, for {@link VerticleHost#use}. */
  static JsonObject config(JsonObject more) {
    return new JsonObject()
        .put("main-target", "http://127.0.0.1:1")
        .put("canary-target", "http://127.0.0.1:1")
        .put("instrumentation", new JsonObject().put("host", "127.0.0.1").put("port", 0))
        .mergeIn(more, true);
  }

  /** Answers questions about releases. */
  void report(ReleaseReports.OfRoute... releases) {
    host.bus()
        .consumer(
            Addresses.RELEASES_GET,
            message -> message.reply(new ReleaseReports(Arrays.asList(releases))));
  }

  /** Executes commands. */
  void execute(Consumer<Message<ReleaseCommand>> script) {
    host.bus()
        .<ReleaseCommand>consumer(
            Addresses.RELEASE_COMMAND,
            message -> {
              commands.add(message.body());
              script.accept(message);
            });
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + host.portOf("metrics") + path));
  }

  /** The lines of an answer that does not end. */
  HttpResponse<Stream<String>> stream(HttpRequest.Builder request) throws Exception {
    return client.send(
        request.version(HttpClient.Version.HTTP_1_1).build(), HttpResponse.BodyHandlers.ofLines());
  }

  /** A {@code POST} with a body of JSON, with the token. */
  HttpRequest.Builder post(String path, String body) {
    return request(path)
        .header("Content-Type", "application/json")
        .header("Authorization", "Bearer " + TOKEN)
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    HttpRequest built = request.build();
    HttpResponse<String> response = client.send(built, HttpResponse.BodyHandlers.ofString());
    OpenApiContract.check(built, response);
    return response;
  }

  HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  /** The status of a request with a head of its own. */
  int raw(String head) throws Exception {
    try (RawSocket socket = new RawSocket(host.portOf("metrics"))) {
      String answer = socket.send(head + "\r\n\r\n").readUntil("\r\n");
      return Integer.parseInt(answer.split(" ")[1]);
    }
  }

  static ReleaseReports.OfRoute release(String route) {
    return new ReleaseReports.OfRoute(
        route,
        "v2",
        "act",
        "running",
        "undecided",
        2,
        4,
        0.05,
        0.04,
        1_000,
        61_000,
        List.of(new ReleaseReports.Counts(0.05, 30, 570, 1, 2)),
        new ReleaseReports.Evidence(
            -0.5, 6.9, Double.NEGATIVE_INFINITY, -0.25, 1.5, 2, 4.6, 0.1, 9.2),
        List.of("70 more clients of canary"),
        List.of("{\"verdict\":\"passed\",\"c\":1}", "no JSON"),
        new ReleaseReports.Rehearsals(1, 2, 3));
  }

  @Override
  public void close() {
    host.close();
  }
}
