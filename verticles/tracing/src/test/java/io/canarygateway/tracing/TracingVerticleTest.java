package io.canarygateway.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.config.HttpUrl;
import io.canarygateway.config.OtlpProtocol;
import io.canarygateway.config.TracingConfig;
import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.fixtures.JournalLines;
import io.canarygateway.fixtures.OtlpCollector;
import io.canarygateway.fixtures.OtlpCollector.Received;
import io.canarygateway.fixtures.VerticleHost;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Spans on their way to a collector, on real sockets. */
class TracingVerticleTest {

  /** Less waits than in production. The first export loads many classes, so it has its time. */
  private static final WaitLimits LIMITS =
      new WaitLimits(64, 8, 16, Duration.ofMillis(10), Duration.ofSeconds(9));

  /** For collectors that do not take spans: the SDK asks again until the time is over. */
  private static final WaitLimits BRIEF =
      new WaitLimits(64, 8, 16, Duration.ofMillis(10), Duration.ofMillis(300));

  private VerticleHost host;
  private JournalLines log;
  private OtlpCollector collector;
  private String deployed;

  @BeforeEach
  void open() throws Exception {
    host = VerticleHost.withoutSettings();
    log = new JournalLines("io.canarygateway.tracing");
    collector = new OtlpCollector();
  }

  @AfterEach
  void close() {
    collector.close();
    log.close();
    host.close();
  }

  private Tracer start(String url, OtlpProtocol protocol, WaitLimits limits) {
    TracingVerticle verticle =
        TracingVerticle.create(
            new TracingConfig(Optional.of(HttpUrl.parse(url)), protocol, 1, "edge"),
            "1.2.3",
            "node-1",
            host.registry(),
            limits);
    deployed = host.deploy(verticle);
    return verticle.tracer();
  }

  private Tracer start() {
    return start(LIMITS);
  }

  private Tracer start(WaitLimits limits) {
    return start(collector.url() + "/base", OtlpProtocol.HTTP, limits);
  }

  private static void end(Tracer tracer, int spans) {
    for (int i = 0; i < spans; i++) {
      tracer.spanBuilder("GET shop").startSpan().end();
    }
  }

  private double dropped(String cause) {
    return host.metric("gateway_spans_dropped_total{cause=\"" + cause + "\"}");
  }

  @Test
  void spansGoToThePathOfOtlp() {
    start().spanBuilder("GET shop").setAttribute("url.path", "/a".repeat(20)).startSpan().end();
    Received span = collector.span("GET shop");
    assertThat(collector.requests()).containsExactly("POST /base/v1/traces application/x-protobuf");
    assertThat(span.resource())
        .containsEntry("service.name", "edge")
        .containsEntry("service.version", "1.2.3")
        .containsEntry("service.instance.id", "node-1");
    assertThat(span.attribute("url.path")).isEqualTo("/a".repeat(8));
    await().until(() -> host.metric("gateway_spans_exported_total") == 1);
    assertThat(host.metric("gateway_spans_waiting")).isZero();
  }

  @Test
  void spansGoByGrpcIfThatIsSet() throws Exception {
    try (GrpcCollector grpc = new GrpcCollector(collector::take)) {
      end(start(grpc.url(), OtlpProtocol.GRPC, LIMITS), 1);
      assertThat(collector.span("GET shop").resource()).containsEntry("service.name", "edge");
    }
  }

  @Test
  void aStopExportsWhatWaits() {
    Tracer tracer = start();
    end(tracer, 1);
    collector.spans(1); // The first export loads many classes, for which a stop does not wait.
    end(tracer, 50);
    Await.result(host.undeploy(deployed));
    assertThat(collector.spans()).hasSize(51);
  }

  /** The log is that of the process: an export of the test before may end late. */
  private List<Map<String, Object>> failuresOf(String endpoint) {
    return log.saying("spans cannot be exported, and are dropped").stream()
        .filter(line -> endpoint.equals(line.get("endpoint")))
        .toList();
  }

  @Test
  void aCollectorThatRefusesIsLoggedOnce() {
    collector.answer(400);
    Tracer tracer = start();
    for (int i = 1; i <= 3; i++) {
      int spans = i;
      end(tracer, 1);
      await().until(() -> dropped("export_failed") == spans);
    }
    assertThat(failuresOf(collector.url() + "/base"))
        .singleElement()
        .satisfies(line -> assertThat(line.get("cause").toString()).contains("400"));

    collector.answer(200);
    end(tracer, 1);
    collector.spans(1);
    await().until(() -> log.saying("spans are exported again").size() == 1);
    assertThat(dropped("export_failed")).isEqualTo(3);
  }

  @Test
  void aCollectorThatIsBusyIsAskedAgainButNotForLong() {
    collector.answer(503);
    end(start(BRIEF), 1);
    await().until(() -> dropped("export_failed") == 1);
    await().until(() -> failuresOf(collector.url() + "/base").size() == 1);
  }

  @Test
  void aCollectorThatIsNotThereIsLoggedOnce() {
    String nobody = "http://127.0.0.1:" + FreePorts.next();
    Tracer tracer = start(nobody, OtlpProtocol.HTTP, BRIEF);
    end(tracer, 1);
    await().until(() -> dropped("export_failed") == 1);
    end(tracer, 1);
    await().until(() -> dropped("export_failed") == 2);
    await().untilAsserted(() -> assertThat(failuresOf(nobody)).hasSize(1));
  }

  @Test
  void aCollectorThatHangsFillsTheQueueAndNoMore() {
    collector.hang();
    Tracer tracer = start(BRIEF);
    end(tracer, 1_000);
    assertThat(dropped("queue_full")).isGreaterThanOrEqualTo(1_000 - 2 * LIMITS.mostWaiting());
    assertThat(host.metric("gateway_spans_waiting")).isLessThanOrEqualTo(LIMITS.mostWaiting());
    await().until(() -> dropped("export_failed") > 0);
  }

  @Test
  void aCollectorThatHangsDelaysAStopByTwoSecondsAtMost() {
    collector.hang();
    end(start(LIMITS), 60); // Eight exports, of which each would wait for 9 s.
    long before = System.nanoTime();
    Await.result(host.undeploy(deployed));
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(8));
  }
}
