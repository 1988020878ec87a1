package io.canarygateway.proxy;

import static io.canarygateway.proxy.TlsFixture.pair;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.TestAuthority;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What spans and the access log say of the client's protocol. */
@Tag("external")
class ProtocolRecordsTest {

  @TempDir private Path directory;

  private final RecordedSpans spans = new RecordedSpans();

  @RegisterExtension final FreshProxy gateway = new FreshProxy();

  @ParameterizedTest
  @CsvSource({"HTTP_1_1, 1.1, HTTP/1.1", "HTTP_2, 2, HTTP/2.0"})
  void theVersionAndTheSchemeAreThoseOfTheConnection(
      HttpClient.Version version, String inSpan, String inLog) throws Exception {
    TestAuthority authority = TestAuthority.create(directory);
    Path log = directory.resolve("access.log");
    gateway.start(
        TlsFixture.with(
                gateway.upstreams.withoutSidecar(),
                pair(authority.issue("main", "DNS:localhost,IP:127.0.0.1", 60)))
            .put("access-log", "json")
            .put("access-log-file", log.toString()),
        spans.tracer());
    TlsFixture.client(authority.context(), version)
        .send(
            HttpRequest.newBuilder(URI.create("https://localhost:" + gateway.port() + "/a"))
                .header("traceparent", RecordedSpans.SAMPLED.substring("traceparent: ".length()))
                .timeout(Duration.ofSeconds(10))
                .build(),
            HttpResponse.BodyHandlers.discarding());

    SpanData span = spans.named("GET default");
    assertThat(span.getAttributes().get(TraceKeys.VERSION)).isEqualTo(inSpan);
    assertThat(span.getAttributes().get(TraceKeys.SCHEME)).isEqualTo("https");
    await().until(() -> Files.exists(log) && Files.size(log) > 0);
    JsonObject line = new JsonObject(Files.readString(log));
    assertThat(line.getString("protocol")).isEqualTo(inLog);
    assertThat(line.getInteger("status")).isEqualTo(200);
  }
}
