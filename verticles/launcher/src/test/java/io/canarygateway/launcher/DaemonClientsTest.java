package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.DaemonClient;
import io.canarygateway.fixtures.DaemonClient.Kind;
import io.canarygateway.fixtures.FixedDaemon;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The examples of the daemon's clients, as they are in {@code conf}, with a real daemon. */
@Tag("external")
class DaemonClientsTest {

  private static final String HEADER = "maxwellsdaemon";

  /** Enough for a daemon that has never answered, on a busy machine. */
  private static final Duration PATIENT = Duration.ofSeconds(10);

  private static final Duration EXAMPLES = Duration.ofMillis(8);

  @TempDir Path directory;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Upstreams upstreams;
  private Path socket;
  private GatewayFixture gateway;
  private FixedDaemon fixed;
  private DaemonClient client;

  @BeforeEach
  void start() {
    upstreams = new Upstreams();
    socket = directory.resolve("d.sock");
  }

  @AfterEach
  void stop() throws Exception {
    if (client != null) {
      client.close();
    }
    if (gateway != null) {
      gateway.close();
    }
    if (fixed != null) {
      fixed.close();
    }
    upstreams.close();
  }

  private void startDaemon(double rollout) throws Exception {
    gateway =
        GatewayFixture.start(
            upstreams
                .withoutSidecar()
                .put("rollout", new JsonObject().put("canary", rollout))
                .put(
                    "daemon",
                    new JsonObject()
                        .put("socket", socket.toString())
                        .put("state-dir", directory.resolve("state").toString())));
  }

  private void startClient(Kind kind, Duration patience) throws Exception {
    client = DaemonClient.start(kind, directory, socket, upstreams, patience);
  }

  private HttpRequest request(String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(client.url() + "/"));
    return (headers.length == 0 ? request : request.headers(headers)).build();
  }

  private String get(String... headers) throws Exception {
    return http.send(request(headers), HttpResponse.BodyHandlers.ofString()).body();
  }

  private static List<String> assignments(Upstreams.Upstream upstream) {
    return upstream.seen.stream().flatMap(seen -> seen.headers().getAll(HEADER).stream()).toList();
  }

  @ParameterizedTest
  @EnumSource
  void anAssignmentGoesWhereTheDaemonSays(Kind kind) throws Exception {
    startDaemon(0.5);
    startClient(kind, PATIENT);
    assertThat(get(HEADER, "0.25")).isEqualTo("canary");
    assertThat(get(HEADER, "2.5e-1")).isEqualTo("canary");
    assertThat(get(HEADER, "0.5")).isEqualTo("main");
    assertThat(assignments(upstreams.canary)).containsExactly("0.25", "2.5e-1");
    assertThat(assignments(upstreams.main)).containsExactly("0.5");
  }

  @ParameterizedTest
  @EnumSource
  void aNewClientsAssignmentIsToldToTheUpstream(Kind kind) throws Exception {
    startDaemon(1);
    startClient(kind, PATIENT);
    assertThat(get()).isEqualTo("canary");
    assertThat(get(HEADER, "junk")).isEqualTo("main");
    assertThat(assignments(upstreams.canary)).singleElement().asString().matches("0\\.[0-9]+");
    assertThat(assignments(upstreams.main)).singleElement().asString().matches("0\\.[0-9]+");
  }

  @ParameterizedTest
  @EnumSource
  void manyAtOnceGoWhereTheGatewaySendsThem(Kind kind) throws Exception {
    startDaemon(0.5);
    startClient(kind, PATIENT);
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      answers.add(
          http.sendAsync(
              request(HEADER, "0." + (100 + 4 * i)), HttpResponse.BodyHandlers.ofString()));
    }
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).get(30, TimeUnit.SECONDS).body())
          .isEqualTo(i < 100 ? "canary" : "main")
          .isEqualTo(gateway.get("/", HEADER, "0." + (100 + 4 * i)).body());
    }
  }

  @ParameterizedTest
  @EnumSource
  void withoutADaemonAllGoesToMasterAsItCame(Kind kind) throws Exception {
    startClient(kind, EXAMPLES);
    assertThat(get(HEADER, "0.25")).isEqualTo("main");
    assertThat(get()).isEqualTo("main");
    assertThat(assignments(upstreams.main)).containsExactly("0.25");
  }

  @ParameterizedTest
  @EnumSource
  void aDaemonThatDoesNotAnswerKeepsNobodyWaiting(Kind kind) throws Exception {
    fixed = new FixedDaemon(socket);
    startClient(kind, EXAMPLES);
    long start = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      assertThat(get(HEADER, "0.25")).isEqualTo("main");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENT);
    assertThat(assignments(upstreams.main)).hasSize(20).containsOnly("0.25");
  }

  @ParameterizedTest
  @EnumSource
  void whatNoDaemonWouldAnswerIsIgnored(Kind kind) throws Exception {
    fixed = new FixedDaemon(socket);
    fixed.answer("0.1\ncanary\n");
    startClient(kind, PATIENT);
    assertThat(get(HEADER, "0.25")).isEqualTo("canary");
    for (String answer : List.of("0.1\nelsewhere\n", "0.1\n", "\n", "canary\n", "")) {
      fixed.answer(answer);
      assertThat(get(HEADER, "0.25")).as(answer).isEqualTo("main");
    }
    assertThat(assignments(upstreams.canary)).containsExactly("0.1");
    assertThat(assignments(upstreams.main)).containsOnly("0.25");
  }
}
