package io.canarygateway.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.fixtures.Gateway;
import io.canarygateway.fixtures.ReceivedRequest;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.canarygateway.fixtures.VerticleHost;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.Header;
import io.canarygateway.message.SidecarFailure;
import io.canarygateway.message.SidecarReply;
import io.canarygateway.message.SidecarRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The call of the sidecar keeps the rules of every call of an upstream. */
class SidecarCallTest {

  private static final String CANARY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private static final String MAIN = "HTTP/1.1 204 No Content\r\n\r\n";
  private static ScriptedUpstream sidecar;
  private static VerticleHost host;

  @BeforeAll
  static void start() throws Exception {
    sidecar = new ScriptedUpstream();
    host =
        VerticleHost.with(
            new JsonObject()
                .put("main-target", "http://127.0.0.1:1")
                .put("canary-target", "http://127.0.0.1:1")
                .put("sidecar-url", sidecar.url())
                .put(
                    "proxy-client",
                    new JsonObject().put("to-sidecar", new JsonObject().put("timeout", "4s"))));
    host.deployOnEachLoop(
        SidecarClientVerticle.supplier(Gateway.EVENT_LOOPS, host.registry(), host.sockets()));
  }

  @AfterEach
  void reset() {
    sidecar.reset();
  }

  @AfterAll
  static void stop() throws Exception {
    host.close();
    sidecar.close();
  }

  private static SidecarReply ask(SidecarRequest question) {
    return Await.result(host.bus().<SidecarReply>request(Addresses.SIDECAR_ASK, question)).body();
  }

  private static SidecarRequest question(String method, String path, String body, String url) {
    return new SidecarRequest(
        method, path, "q=1", List.of(new Header("X-A", "b")), Buffer.buffer(body), url);
  }

  private static SidecarReply post(String path) {
    return ask(question("POST", path, "ab", sidecar.url()));
  }

  /** Asks several times; each question has to be answered with the status for canary. */
  private static void assertAllToCanary(int count) {
    for (int i = 0; i < count; i++) {
      assertThat(post("/" + i)).isEqualTo(SidecarReply.ofStatus(200));
    }
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
  void aSidecarThatSaysCloseGetsNoMore(String fields) {
    sidecar.answer(CANARY.replace("OK\r\n", "OK\r\n" + fields + "\r\n"));
    assertAllToCanary(3);
    assertThat(connections()).doesNotHaveDuplicates();
  }

  @Test
  void aSidecarThatSaysNothingKeepsItsConnections() {
    sidecar.answer(CANARY);
    assertAllToCanary(12);
    assertThat(connections().stream().distinct()).hasSizeLessThanOrEqualTo(Gateway.EVENT_LOOPS);
  }

  @ParameterizedTest
  @ValueSource(strings = {MAIN, "HTTP/1.1 204 No", "x", "\r\n"})
  void whatASidecarSendsBeyondItsAnswerDecidesNothing(String beyond) {
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
  void interimAnswersOfASidecarAreSkipped(String interim) {
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
  void aSidecarIsReadAsAnyUpstream(String answer) {
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
  void aSidecarThatSpeaksNoHttpMeansMain(String answer) {
    sidecar.answer(answer);
    assertThat(post("/")).isEqualTo(SidecarReply.ofFailure(SidecarFailure.RESET));
    assertThat(sidecar.received()).hasSize(1);
    sidecar.reset();
    sidecar.answer(CANARY);
    assertAllToCanary(2);
  }

  @Test
  void aSidecarGetsTheQuestionAsItIs() {
    sidecar.answer(CANARY);
    assertThat(ask(question("PUT", "/a%20b", "text", sidecar.url() + "/base")).status())
        .isEqualTo(200);
    ReceivedRequest asked = sidecar.only();
    assertThat(asked.line()).isEqualTo("PUT /base/a%20b?q=1 HTTP/1.1");
    assertThat(asked.head().fields())
        .containsExactly("Host: 127.0.0.1:" + sidecar.port(), "X-A: b", "Content-Length: 4");
    assertThat(asked.body()).isEqualTo("text");
  }

  @ParameterizedTest
  @CsvSource({"GET POST, /", "'', /", "GET, /a b", "GET, '/a\r\nX: y'"})
  void aQuestionThatIsNoHttpReachesNobody(String method, String path) {
    assertThat(ask(question(method, path, "", sidecar.url())))
        .isEqualTo(SidecarReply.ofFailure(SidecarFailure.OTHER));
    assertThat(sidecar.received()).isEmpty();
    assertThat(sidecar.faults()).isEmpty();
  }

  @Test
  void aSidecarThatIsNotThereIsAFailureToConnect() {
    assertThat(ask(question("GET", "/", "", "http://127.0.0.1:" + FreePorts.next())))
        .isEqualTo(SidecarReply.ofFailure(SidecarFailure.CONNECT));
  }

  @Test
  void aSidecarThatSaysNothingIsATimeout() {
    sidecar.script((request, link) -> link.awaitClosed());
    assertThat(post("/")).isEqualTo(SidecarReply.ofFailure(SidecarFailure.TIMEOUT));
  }

  @Test
  void aSidecarThatBreaksOffIsAReset() {
    sidecar.script((request, link) -> link.readBody().reset());
    assertThat(post("/")).isEqualTo(SidecarReply.ofFailure(SidecarFailure.RESET));
  }

  /** What a sidecar says beyond its status is not wanted, however much it is. */
  @Test
  void aSidecarThatSaysMuchIsCutOff() {
    sidecar.answer("HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + "x".repeat(3_000_000));
    assertAllToCanary(2);
    await().until(() -> sidecar.open() == 0);
  }
}
