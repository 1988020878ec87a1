package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.fixtures.GatewayProcess;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Signals, whenever they come, and requests that are in flight then. */
class TerminationIT {

  @TempDir Path directory;

  @Test
  void sigintEndsItToo() throws Exception {
    // What a shell has started in the background ignores SIGINT, and so would all that it starts.
    List<String> starter =
        OS.LINUX.isCurrentOs() ? List.of("env", "--default-signal=INT") : List.of();
    try (GatewayProcess gateway =
        GatewayProcess.startBy(starter, directory, "-conf", Demo.demo().encode()).awaitReady()) {
      gateway.interrupt();
      assertThat(gateway.exitCode()).isZero();
    }
  }

  @Test
  void requestsInFlightFinishAfterSigterm() throws Exception {
    AtomicReference<Runnable> held = new AtomicReference<>();
    Upstreams upstreams = new Upstreams();
    upstreams.main.raw(request -> held.set(() -> request.response().end("late but whole")));
    int port = FreePorts.next();
    JsonObject config = GatewayFixture.onFreePorts(upstreams.withoutSidecar());
    config.getJsonObject("router-server").put("port", port);
    Path file = directory.resolve("drain.json");
    Files.writeString(file, config.encode());
    try (GatewayProcess gateway =
            GatewayProcess.start(directory, "-conf", file.toString()).awaitReady();
        RawSocket client = new RawSocket(port)) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      await().until(() -> held.get() != null);
      gateway.terminate();
      await().until(() -> refuses(port));
      held.get().run();
      String response = client.readAll();
      assertThat(response).contains("late but whole").containsIgnoringCase("connection: close");
      assertThat(gateway.exitCode()).isZero();
    } finally {
      upstreams.close();
    }
  }

  @Test
  void requestsThatDoNotFinishAreCutAfterTheDrainTimeout() throws Exception {
    CompletableFuture<Void> arrived = new CompletableFuture<>();
    Upstreams upstreams = new Upstreams();
    upstreams.main.raw(request -> arrived.complete(null));
    int port = FreePorts.next();
    JsonObject config = GatewayFixture.onFreePorts(upstreams.withoutSidecar());
    config.getJsonObject("router-server").put("port", port).put("drain-timeout", "500ms");
    try (GatewayProcess gateway =
            GatewayProcess.start(directory, "-conf", config.encode()).awaitReady();
        RawSocket client = new RawSocket(port)) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      arrived.get(30, TimeUnit.SECONDS);
      gateway.terminate();
      assertThat(client.readAll()).isEmpty();
      assertThat(gateway.exitCode()).isZero();
    } finally {
      upstreams.close();
    }
  }

  /** Whenever it comes: it waits for no drain timeout, and logs nothing that would alarm. */
  @RepeatedTest(8)
  void sigtermInTheMiddleOfTheStartEndsItAtOnce(RepetitionInfo repetition) throws Exception {
    JsonObject config = Demo.demo();
    config.getJsonObject("router-server").put("drain-timeout", 60);
    try (GatewayProcess gateway =
        GatewayProcess.startPlain(directory, List.of(), "-conf", config.encode())) {
      long delay = 300 + repetition.getCurrentRepetition() * 80L;
      new CompletableFuture<Void>().completeOnTimeout(null, delay, TimeUnit.MILLISECONDS).join();
      long asked = System.nanoTime();
      gateway.terminate();
      int code = gateway.exitCode();
      assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(20));
      // Before our code runs it is the JVM's own.
      assertThat(code).as(gateway.err()).isIn(0, 143);
      assertThat(gateway.out()).doesNotContain("\"error\"");
    }
  }

  private static boolean refuses(int port) {
    try {
      new RawSocket(port).close();
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
