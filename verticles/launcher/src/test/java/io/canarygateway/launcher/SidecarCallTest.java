package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The call of the sidecar keeps the rules of every call of an upstream. */
class SidecarCallTest {

  private static final String CANARY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private static final String MAIN = "HTTP/1.1 204 No Content\r\n\r\n";
  private static final String TO_CANARY = "Sidecar returns status code 200";

  private static ScriptedUpstream sidecar;
  private static ScriptedGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    sidecar = new ScriptedUpstream();
    gateway = ScriptedGateway.start(config -> config.put("sidecar-url", sidecar.url()));
  }

  @AfterEach
  void reset() {
    gateway.reset();
    sidecar.reset();
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    sidecar.close();
  }

  /** Asks several times by one client; all of them have to be decided for canary. */
  private static void assertAllToCanary(int count) throws Exception {
    double before = gateway.gateway.routed("canary", TO_CANARY);
    try (RawSocket client = gateway.client()) {
      for (int i = 0; i < count; i++) {
        client.send(
            ScriptedGateway.request("POST /" + i + " HTTP/1.1", "Content-Length: 2") + "ab");
        assertThat(client.reply().body()).isEqualTo("ok");
      }
    }
    assertThat(gateway.gateway.routed("canary", TO_CANARY) - before).isEqualTo(count);
    assertThat(sidecar.received()).hasSize(count).allMatch(request -> request.body().equals("ab"));
    assertThat(sidecar.faults()).isEmpty();
  }

  private static List<Integer> connections() {
    return sidecar.received().stream().map(ReceivedRequest::connection).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection: close",
        "Connection: close, X-Foo",
        "Connection: X-Foo, close",
        "connection: X-Foo\r\nConnection: CLOSE"
      })
  void aSidecarThatSaysCloseGetsNoMore(String fields) throws Exception {
    sidecar.answer(CANARY.replace("OK\r\n", "OK\r\n" + fields + "\r\n"));
    assertAllToCanary(3);
    assertThat(connections()).doesNotHaveDuplicates();
  }

  @Test
  void aSidecarThatSaysNothingKeepsItsConnections() throws Exception {
    sidecar.answer(CANARY);
    assertAllToCanary(12);
    assertThat(connections().stream().distinct())
        .hasSizeLessThanOrEqualTo(GatewayFixture.EVENT_LOOPS);
  }

  @ParameterizedTest
  @ValueSource(strings = {MAIN, "HTTP/1.1 204 No", "x", "\r\n"})
  void whatASidecarSendsBeyondItsAnswerDecidesNothing(String beyond) throws Exception {
    sidecar.answer(CANARY + beyond);
    assertAllToCanary(12);
    assertThat(connections()).doesNotHaveDuplicates();
    await().until(() -> sidecar.open() == 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 102 Processing\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
        "HTTP/1.1 199 \r\n\r\n"
      })
  void interimAnswersOfASidecarAreSkipped(String interim) throws Exception {
    sidecar.answer(interim + CANARY);
    assertAllToCanary(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n"
      })
  void aSidecarIsReadAsAnyUpstream(String answer) throws Exception {
    sidecar.answer(answer);
    assertAllToCanary(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "what?\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nbad header\r\n\r\n"
      })
  void aSidecarThatSpeaksNoHttpMeansMain(String answer) throws Exception {
    sidecar.answer(answer);
    assertThat(gateway.get("/").body()).isEqualTo("ok");
    assertThat(sidecar.received()).hasSize(1);
    gateway.awaitQuiet();
    sidecar.reset();
    sidecar.answer(CANARY);
    assertAllToCanary(2);
  }

  @Test
  void aSidecarSeesNoHeaderThatAnUpstreamMayNotSee() throws Exception {
    sidecar.answer(CANARY);
    gateway.get("/a?b", "X-Custom: 1", "Connection: X-Mine", "X-Mine: 2", "Transfer_Encoding: x");
    ReceivedRequest asked = sidecar.only();
    assertThat(asked.line()).isEqualTo("GET /a?b HTTP/1.1");
    assertThat(asked.head().names())
        .contains("x-custom", "x-forwarded-for")
        .doesNotContain("connection", "x-mine", "transfer_encoding");
  }
}
