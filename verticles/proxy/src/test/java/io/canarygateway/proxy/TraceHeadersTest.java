package io.canarygateway.proxy;

import static io.canarygateway.fixtures.ScriptedGateway.request;
import static io.canarygateway.proxy.RecordedSpans.SAMPLED;
import static io.canarygateway.proxy.RecordedSpans.SPAN;
import static io.canarygateway.proxy.RecordedSpans.TRACE;
import static io.canarygateway.proxy.RecordedSpans.UNSAMPLED;
import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.ReceivedRequest;
import io.canarygateway.fixtures.ScriptedGateway;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an upstream gets of {@code traceparent} and {@code tracestate}. */
class TraceHeadersTest {

  private static final RecordedSpans SPANS = new RecordedSpans();

  @RegisterExtension static final ScriptedGateway OFF = ProxyFixture.scripted();

  @RegisterExtension static final ScriptedGateway ON = SPANS.gateway(targets -> targets);

  @AfterEach
  void reset() {
    ON.awaitQuiet(); // A span may end after its client has the answer.
    SPANS.reset();
  }

  private static ReceivedRequest upstreamGets(String... fields) throws Exception {
    ON.ask(request("GET /x HTTP/1.1", fields));
    return ON.upstream().only();
  }

  private static Traceparent parentIn(ReceivedRequest received) {
    assertThat(received.headers("traceparent")).hasSize(1);
    Traceparent parent = Traceparent.parse(received.header("traceparent"));
    assertThat(parent).isNotNull();
    return parent;
  }

  @Test
  void passByTheByteWhileTracingIsOff() throws Exception {
    String[] lines = {
      "TraceParent: 00-x", "tracestate:   a=1 ,, B=2", "traceparent: 00-y", "TraceState: c"
    };
    OFF.ask(request("GET /x HTTP/1.1", lines));
    ReceivedRequest received = OFF.upstream().only();
    assertThat(received.head().text()).contains(String.join("\r\n", lines) + "\r\n");
    assertThat(received.headers("X-Request-Id")).isEmpty();
  }

  @Test
  void aTraceIsContinuedByTheSpanOfTheCall() throws Exception {
    ReceivedRequest received = upstreamGets(SAMPLED, "tracestate: foo=1, bar=2");
    Traceparent parent = parentIn(received);
    assertThat(parent.traceId()).isEqualTo(TRACE);
    assertThat(parent.sampled()).isTrue();
    assertThat(parent.random()).isFalse();
    assertThat(parent.spanId()).isEqualTo(SPANS.named("GET default main").getSpanId());
    assertThat(received.headers("tracestate")).containsExactly("foo=1,bar=2");
  }

  @Test
  void aTraceThatIsNotSampledHasAnotherSpanAndStaysSo() throws Exception {
    ReceivedRequest received = upstreamGets(UNSAMPLED, "tracestate: foo=1", "tracestate: bar=2");
    assertThat(received.header("traceparent")).matches("00-" + TRACE + "-[0-9a-f]{16}-00");
    assertThat(parentIn(received).spanId()).isNotEqualTo(SPAN);
    assertThat(received.headers("tracestate")).containsExactly("foo=1,bar=2");
    assertThat(SPANS.all()).isEmpty();
  }

  @Test
  void aRandomTraceIdStaysOne() throws Exception {
    assertThat(upstreamGets(UNSAMPLED.replaceAll("00$", "02")).header("traceparent"))
        .matches("00-" + TRACE + "-[0-9a-f]{16}-02");
  }

  @Test
  void withoutATraceOneBegins() throws Exception {
    ReceivedRequest received = upstreamGets("tracestate: foo=1");
    assertThat(received.header("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-03");
    assertThat(received.headers("tracestate")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"00-" + TRACE + "-" + SPAN + "-1", "ff-" + TRACE + "-" + SPAN + "-01", ""})
  void aMalformedTraceIsReplacedWithItsState(String text) throws Exception {
    ReceivedRequest received = upstreamGets("traceparent: " + text, "tracestate: foo=1");
    assertThat(parentIn(received).traceId()).isNotEqualTo(TRACE);
    assertThat(received.headers("tracestate")).isEmpty();
  }

  @Test
  void twoTracesAreReplacedByOne() throws Exception {
    ReceivedRequest received = upstreamGets(SAMPLED, SAMPLED);
    assertThat(parentIn(received).traceId()).isNotEqualTo(TRACE);
  }

  @Test
  void aMalformedStateIsDroppedAlone() throws Exception {
    ReceivedRequest received = upstreamGets(SAMPLED, "tracestate: foo=1", "tracestate: BAR");
    assertThat(parentIn(received).traceId()).isEqualTo(TRACE);
    assertThat(received.headers("tracestate")).isEmpty();
  }

  @Test
  void aConnectionTokenMakesALineOneOfTheConnection() throws Exception {
    ReceivedRequest received = upstreamGets("Connection: traceparent", SAMPLED);
    assertThat(received.headers("traceparent")).hasSize(1);
  }

  @Test
  void requestsHaveIdsWhileTracingIsOn() throws Exception {
    assertThat(upstreamGets().header("X-Request-Id")).matches("[0-9a-f]{32}");
    ON.upstream().reset();
    assertThat(upstreamGets("X-Request-Id: a-1").headers("X-Request-Id")).containsExactly("a-1");
  }

  @Test
  void eachCallHasItsOwnSpan() throws Exception {
    Set<String> spans = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      ON.get("/x", UNSAMPLED);
    }
    List<ReceivedRequest> received = ON.upstream().received();
    received.forEach(each -> spans.add(parentIn(each).spanId()));
    assertThat(spans).hasSize(5);
  }
}
