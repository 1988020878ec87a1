package io.canarygateway.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.message.Header;
import io.canarygateway.message.SidecarFailure;
import io.canarygateway.message.SidecarReply;
import io.canarygateway.message.SidecarRequest;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a question becomes on the wire, and what reply each answer of a sidecar becomes. */
class SidecarClientVerticleTest {

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  private SidecarFixture fixture;
  private ScriptedSidecar sidecar;

  @BeforeEach
  void start() throws Exception {
    fixture = new SidecarFixture("\"timeout\": \"10s\"");
    sidecar = fixture.sidecar;
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private static SidecarReply failure(SidecarFailure failure) {
    return SidecarReply.ofFailure(failure);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204, 302, 404, 503, 599})
  void theStatusIsTheReply(int status) {
    sidecar.script(
        ScriptedSidecar.answering("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n"));
    assertThat(fixture.reply(fixture.get("/"))).isEqualTo(SidecarReply.ofStatus(status));
  }

  @ParameterizedTest
  @ValueSource(ints = {600, 999})
  void aStatusThatHttpDoesNotDefineIsAFailure(int status) {
    sidecar.script(
        ScriptedSidecar.answering("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n"));
    assertThat(fixture.reply(fixture.get("/"))).isEqualTo(failure(SidecarFailure.OTHER));
  }

  @Test
  void theStatusIsTheReplyBeforeTheBodyHasCome() {
    sidecar.script(
        connection -> {
          ScriptedSidecar.write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
          ScriptedSidecar.silence(connection);
        });
    assertThat(fixture.reply(fixture.get("/"))).isEqualTo(SidecarReply.ofStatus(200));
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 102, 103})
  void interimResponsesAreNoReply(int status) {
    sidecar.script(ScriptedSidecar.answering("HTTP/1.1 " + status + " X\r\n\r\n" + OK));
    assertThat(fixture.reply(fixture.get("/"))).isEqualTo(SidecarReply.ofStatus(200));
  }

  @Test
  void aQuestionIsSentAsOneRequest() {
    fixture.reply(
        fixture.request(
            "PUT",
            "/a%20b",
            "x=1&y",
            Buffer.buffer("hello"),
            new Header("X-One", "1"),
            new Header("x-two", "\u00e9")));
    ScriptedSidecar.Received request = sidecar.received().get(0);
    assertThat(request.lines())
        .containsExactly(
            "PUT /a%20b?x=1&y HTTP/1.1",
            "Host: " + sidecar.url().substring("http://".length()),
            "X-One: 1",
            "x-two: \u00e9",
            "Content-Length: 5");
    assertThat(request.body()).asString().isEqualTo("hello");
  }

  @Test
  void pathAndQueryOfTheSidecarsUrlComeFirst() {
    SidecarRequest question = fixture.request("GET", "/a", "x=1", Buffer.buffer());
    fixture.reply(
        new SidecarRequest(
            question.method(),
            question.path(),
            question.query(),
            question.headers(),
            question.body(),
            sidecar.url() + "/decide?key=2"));
    assertThat(sidecar.received().get(0).lines().get(0))
        .isEqualTo("GET /decide/a?key=2&x=1 HTTP/1.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Host", "Content-Length", "Transfer-Encoding", "connection", "Expect", "Upgrade"})
  void headersAboutTheConnectionAreNotSent(String name) {
    fixture.reply(fixture.get("/", new Header(name, "5"), new Header("X-Kept", "5")));
    assertThat(sidecar.received().get(0).lines())
        .hasSize(3)
        .contains("X-Kept: 5")
        .doesNotContain(name + ": 5");
  }

  @Test
  void aLargeBodyArrivesWhole() {
    byte[] body = new byte[3_000_000];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) (i * 31 >> 8);
    }
    SidecarReply reply = fixture.reply(fixture.request("POST", "/", "", Buffer.buffer(body)));
    assertThat(reply).isEqualTo(SidecarReply.ofStatus(200));
    assertThat(sidecar.received().get(0).body()).isEqualTo(body);
  }

  @ParameterizedTest
  @CsvSource({"'GE T', /", "'', /", "GET, '/a b'", "GET, /\u00e9", "GET, /a#b"})
  void whatIsNoRequestLineIsNotSent(String method, String path) {
    SidecarRequest question = fixture.request(method, path, "", Buffer.buffer());
    assertThat(fixture.reply(question)).isEqualTo(failure(SidecarFailure.OTHER));
    assertThat(sidecar.open()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"'X A', 1", "'', 1", "X-A, '1\r\nX-B: 2'", "X-A, 'a\u0001b'"})
  void whatIsNoHeaderLineIsNotSent(String name, String value) {
    SidecarRequest question = fixture.get("/", new Header(name, value));
    assertThat(fixture.reply(question)).isEqualTo(failure(SidecarFailure.OTHER));
    assertThat(sidecar.open()).isZero();
  }

  @Test
  void aSidecarThatDoesNotListenIsAConnectFailure() throws Exception {
    sidecar.stopListening();
    assertThat(fixture.reply(fixture.get("/"))).isEqualTo(failure(SidecarFailure.CONNECT));
  }

  @Test
  void aSidecarThatClosesOrResetsBeforeItsHeadIsAResetFailure() {
    for (ScriptedSidecar.Script script :
        List.<ScriptedSidecar.Script>of(ScriptedSidecar::close, ScriptedSidecar::reset)) {
      sidecar.script(script);
      assertThat(fixture.reply(fixture.get("/"))).isEqualTo(failure(SidecarFailure.RESET));
    }
    assertThat(sidecar.received()).as("a new connection is no reason to ask twice").hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "what?\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok"
      })
  void aMalformedAnswerIsAResetFailureAndTheLastOfItsConnection(String answer) {
    sidecar.script(ScriptedSidecar.answering(answer));
    assertThat(fixture.reply(fixture.get("/"))).isEqualTo(failure(SidecarFailure.RESET));
    await().until(() -> sidecar.open() == 0);
    sidecar.script(ScriptedSidecar.answering(OK));
    assertThat(fixture.reply(fixture.get("/"))).isEqualTo(SidecarReply.ofStatus(200));
  }

  @Test
  void aSilentSidecarIsATimeoutAndItsConnectionIsClosed() throws Exception {
    fixture.close();
    fixture = new SidecarFixture("\"timeout\": \"200ms\"");
    fixture.sidecar.script(ScriptedSidecar::silence);
    assertThat(fixture.reply(fixture.get("/"))).isEqualTo(failure(SidecarFailure.TIMEOUT));
    await().until(() -> fixture.sidecar.open() == 0 && fixture.openConnections() == 0);
  }

  @Test
  void theTimeoutIsForTheWholeCallHoweverSteadilyAHeadComes() throws Exception {
    fixture.close();
    fixture = new SidecarFixture("\"timeout\": \"200ms\"");
    fixture.sidecar.script(SidecarClientVerticleTest::sendHeadForEver);
    assertThat(fixture.reply(fixture.get("/"))).isEqualTo(failure(SidecarFailure.TIMEOUT));
  }

  /** Sends a head without an end, three lines each 20 ms, until the client closes. */
  private static void sendHeadForEver(Socket connection) throws IOException {
    connection.setSoTimeout(20);
    ScriptedSidecar.write(connection, "HTTP/1.1 200 OK\r\n");
    boolean open = true;
    while (open) {
      ScriptedSidecar.write(connection, "X: y\r\n".repeat(3));
      try {
        open = connection.getInputStream().read() >= 0;
      } catch (SocketTimeoutException e) {
        open = true;
      }
    }
  }
}
