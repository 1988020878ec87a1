package io.canarygateway.proxy;

import static io.canarygateway.fixtures.ScriptedGateway.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many clients at once in front of a canary that fails: none sees it, and the limit holds. */
class FallbackLoadTest {

  private static final int CLIENTS = 16;
  private static final int REQUESTS = 3_200;
  private static final int ERROR_LIMIT = 100;

  @RegisterExtension final FallbackFixture gateway = new FallbackFixture();

  @ParameterizedTest
  @EnumSource(
      value = FallbackTest.Failure.class,
      names = {"STATUS", "RESET", "HANG"})
  void noClientSeesAFailureAndTheBreakerTripsExactly(FallbackTest.Failure failure)
      throws Exception {
    gateway.canary.script(failure.script);
    // A cold JVM may take longer than 60 ms for an answer; then the cause would be the time.
    String after = failure == FallbackTest.Failure.HANG ? "60ms" : "5s";
    gateway.startWith(
        "canary",
        "10s",
        new JsonObject()
            .put("circuit-breaker", new JsonObject().put("error-limit-canary", ERROR_LIMIT))
            .put("canary-fallback", new JsonObject().put("after", after)));
    assertThat(failures()).isZero();
    gateway.awaitNothingHeld();
    assertThat(gateway.metric("gateway_breaker_errors")).isEqualTo(ERROR_LIMIT);
    assertThat(gateway.fallbacks(failure.cause)).isEqualTo(ERROR_LIMIT);
    assertThat(gateway.responses("canary", failure.statusClass)).isEqualTo(ERROR_LIMIT);
    assertThat(gateway.responses("main", "2xx")).isEqualTo(REQUESTS);
    assertThat(gateway.main.received()).hasSize(REQUESTS);
  }

  private int failures() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<Integer>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(threads.submit(this::failuresOfOneClient));
      }
      int failures = 0;
      for (Future<Integer> client : clients) {
        failures += client.get();
      }
      return failures;
    } finally {
      threads.shutdownNow();
    }
  }

  private int failuresOfOneClient() throws Exception {
    int failures = 0;
    try (RawSocket client = new RawSocket(gateway.port())) {
      for (int i = 0; i < REQUESTS / CLIENTS; i++) {
        Reply reply = client.send(request("GET / HTTP/1.1")).reply();
        failures += reply != null && reply.status() == 200 && reply.body().equals("main") ? 0 : 1;
      }
    }
    return failures;
  }
}
