package io.canarygateway.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthReporterTest {

  private static final ComponentHealth UP = new ComponentHealth("proxy", Status.UP, ":1345");
  private static final ComponentHealth ETCD = new ComponentHealth("etcd", Status.UP, "/gateway/");

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final CompletableFuture<Void> asked = new CompletableFuture<>();
  private final BlockingQueue<ComponentHealth> published = new LinkedBlockingQueue<>();
  private HealthReporter reporter;

  @BeforeEach
  void create() throws Exception {
    MessageCodecs.register(vertx.eventBus());
    vertx
        .eventBus()
        .<ComponentHealth>localConsumer(Addresses.HEALTH, message -> published.add(message.body()));
    on(
        () -> {
          reporter = new HealthReporter(vertx.eventBus());
          // Comes after the reporter's own consumer.
          vertx.eventBus().localConsumer(Addresses.HEALTH_ASK, message -> asked.complete(null));
        });
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  private void on(Runnable task) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    context.runOnContext(
        v -> {
          task.run();
          done.complete(null);
        });
    done.get(30, TimeUnit.SECONDS);
  }

  private void report(ComponentHealth health) throws Exception {
    on(() -> reporter.report(health.component(), health.status(), health.detail()));
  }

  private ComponentHealth next() throws InterruptedException {
    return published.poll(30, TimeUnit.SECONDS);
  }

  private void ask() throws Exception {
    vertx.eventBus().publish(Addresses.HEALTH_ASK, "", Addresses.WITHIN_PROCESS);
    asked.get(30, TimeUnit.SECONDS);
  }

  @Test
  void eachChangeIsPublishedOnce() throws Exception {
    ComponentHealth down = new ComponentHealth("proxy", Status.DOWN, "draining");
    report(UP);
    report(UP);
    report(down);
    assertThat(next()).isEqualTo(UP);
    assertThat(next()).isEqualTo(down);
  }

  @Test
  void anotherDetailIsAChange() throws Exception {
    ComponentHealth moved = new ComponentHealth("proxy", Status.UP, ":1346");
    report(UP);
    report(moved);
    assertThat(next()).isEqualTo(UP);
    assertThat(next()).isEqualTo(moved);
  }

  @Test
  void theLastReportOfEachComponentIsRepeatedWhenAskedFor() throws Exception {
    report(new ComponentHealth("proxy", Status.DOWN, "starting"));
    report(UP);
    report(ETCD);
    for (int i = 0; i < 3; i++) {
      next();
    }
    ask();
    assertThat(next()).isEqualTo(ETCD);
    assertThat(next()).isEqualTo(UP);
    assertThat(published).isEmpty();
  }

  @Test
  void nothingIsRepeatedBeforeTheFirstReport() throws Exception {
    ask();
    report(UP);
    assertThat(next()).isEqualTo(UP);
    assertThat(published).isEmpty();
  }
}
