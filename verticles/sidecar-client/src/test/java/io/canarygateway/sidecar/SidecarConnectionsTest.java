package io.canarygateway.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.message.SidecarFailure;
import io.canarygateway.message.SidecarReply;
import io.canarygateway.message.SidecarRequest;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which connections to a sidecar are kept, for how long, and how many there may be. */
class SidecarConnectionsTest {

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private static final SidecarReply CANARY = SidecarReply.ofStatus(200);

  private SidecarFixture fixture;

  private ScriptedSidecar start(String client) throws Exception {
    fixture = new SidecarFixture("\"timeout\": \"10s\"" + client);
    return fixture.sidecar;
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private void assertAnswers(int count) {
    for (int i = 0; i < count; i++) {
      assertThat(fixture.reply(fixture.get("/"))).isEqualTo(CANARY);
    }
  }

  private static String answerWithBody(int bytes) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\n\r\n" + "x".repeat(bytes);
  }

  /** Opens a connection that stays idle: a question that is answered first makes it a used one. */
  private void leaveOneIdle() {
    assertAnswers(1);
    await().until(() -> fixture.sidecar.open() == 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 60_000})
  void aConnectionIsUsedAgainAndWhatAnAnswerContainsIsDropped(int bytes) throws Exception {
    ScriptedSidecar sidecar = start("");
    sidecar.script(ScriptedSidecar.answering(answerWithBody(bytes)));
    // The reply comes before the body was read; a question at once may need another connection.
    for (int i = 0; i < 5; i++) {
      await().until(() -> isAnsweredOnAConnectionOfBefore(sidecar));
    }
    await().until(() -> fixture.openConnections() == sidecar.open());
  }

  private boolean isAnsweredOnAConnectionOfBefore(ScriptedSidecar sidecar) {
    List<Integer> before = sidecar.connections();
    assertAnswers(1);
    return before.contains(sidecar.connections().get(before.size()));
  }

  @Test
  void anAnswerOfMoreThan64KilobytesEndsItsConnection() throws Exception {
    ScriptedSidecar sidecar = start("");
    sidecar.script(ScriptedSidecar.answering(answerWithBody(10_000_000)));
    assertAnswers(1);
    await().until(() -> sidecar.open() == 0 && fixture.openConnections() == 0);
  }

  @Test
  void aConnectionEndsIfTheSidecarSaysSo() throws Exception {
    ScriptedSidecar sidecar = start("");
    sidecar.script(ScriptedSidecar.answering(OK.replace("OK\r\n", "OK\r\nConnection: close\r\n")));
    assertAnswers(3);
    assertThat(sidecar.connections()).containsExactly(1, 2, 3);
    await().until(() -> sidecar.open() == 0);
  }

  @Test
  void bytesBehindAnAnswerEndItsConnection() throws Exception {
    ScriptedSidecar sidecar = start("");
    sidecar.script(ScriptedSidecar.answering(OK + "HTTP/1.1 204 No Content\r\n\r\n"));
    assertAnswers(3);
    assertThat(sidecar.connections()).containsExactly(1, 2, 3);
  }

  @Test
  void aConnectionIsClosedWhenItHasBeenIdle() throws Exception {
    ScriptedSidecar sidecar = start(", \"idle-conn-timeout\": \"100ms\"");
    assertAnswers(1); // By a connection.
    await().until(() -> sidecar.open() == 0 && fixture.openConnections() == 0);
  }

  @Test
  void aSafeQuestionIsSentAgainIfAReusedConnectionTurnsOutToBeClosed() throws Exception {
    ScriptedSidecar sidecar = start("");
    leaveOneIdle();
    sidecar.script(closingFirst());
    assertAnswers(1);
    assertThat(sidecar.connections()).containsExactly(1, 1, 2);
  }

  @Test
  void aQuestionWithABodyIsNot() throws Exception {
    ScriptedSidecar sidecar = start("");
    leaveOneIdle();
    sidecar.script(closingFirst());
    assertThat(fixture.reply(fixture.post("hello")))
        .isEqualTo(SidecarReply.ofFailure(SidecarFailure.RESET));
    assertThat(sidecar.connections()).containsExactly(1, 1);
  }

  /** Closes the connection of the first request, and answers all others. */
  private static ScriptedSidecar.Script closingFirst() {
    CountDownLatch first = new CountDownLatch(1);
    return connection -> {
      if (first.getCount() > 0) {
        first.countDown();
        connection.close();
      } else {
        ScriptedSidecar.write(connection, OK);
      }
    };
  }

  @Test
  void asManyQuestionsWaitAsThereMayBeConnectionsAndMoreFail() throws Exception {
    ScriptedSidecar sidecar = start(", \"max-conns\": 2");
    CountDownLatch released = new CountDownLatch(1);
    sidecar.script(connection -> answerWhen(released, connection));
    List<Future<SidecarReply>> asked =
        IntStream.range(0, 5).mapToObj(i -> fixture.ask(fixture.get("/" + i))).toList();
    await().until(() -> asked.stream().anyMatch(Future::isComplete));
    await().until(() -> sidecar.received().size() == 2);
    released.countDown();
    List<SidecarReply> replies = asked.stream().map(SidecarFixture::result).toList();
    assertThat(replies)
        .containsExactly(
            CANARY, CANARY, CANARY, CANARY, SidecarReply.ofFailure(SidecarFailure.CONNECT));
    assertThat(sidecar.connections()).containsOnly(1, 2).hasSize(4);
  }

  private static void answerWhen(CountDownLatch released, Socket connection) throws IOException {
    try {
      released.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    ScriptedSidecar.write(connection, OK);
  }

  @Test
  void otherConnectionSettingsReplaceTheIdleConnections() throws Exception {
    ScriptedSidecar sidecar = start("");
    leaveOneIdle();
    fixture.settings(sidecar.url(), "\"timeout\": \"9s\"");
    await().until(() -> sidecar.open() == 0 && fixture.openConnections() == 0);
    assertAnswers(1);
  }

  @Test
  void theSameSettingsAgainKeepTheConnections() throws Exception {
    ScriptedSidecar sidecar = start("");
    leaveOneIdle();
    fixture.settings(sidecar.url(), "\"timeout\": \"10s\"");
    assertAnswers(3);
    assertThat(sidecar.connections()).containsOnly(1);
  }

  @Test
  void theSidecarOfOlderSettingsIsStillAskedButKeepsNoConnection() throws Exception {
    ScriptedSidecar before = start("");
    try (ScriptedSidecar now = new ScriptedSidecar()) {
      leaveOneIdle();
      fixture.settings(now.url(), "\"timeout\": \"10s\"");
      await().until(() -> before.open() == 0);
      assertAnswers(2);
      assertThat(before.connections()).containsExactly(1, 2, 3);
      await().until(() -> before.open() == 0);
      assertThat(now.received()).isEmpty();
      assertThat(fixture.reply(to(now))).isEqualTo(CANARY);
      assertThat(now.received()).hasSize(1);
      assertThat(now.open()).isEqualTo(1);
    }
  }

  private SidecarRequest to(ScriptedSidecar other) {
    SidecarRequest question = fixture.get("/");
    return new SidecarRequest(
        question.method(),
        question.path(),
        question.query(),
        question.headers(),
        question.body(),
        other.url());
  }
}
