package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.ScriptedUpstream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses with a status of 1xx, from upstream and from the gateway itself. */
class InterimResponsesTest {

  private static final String HINTS = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n";

  @RegisterExtension static final ScriptedGateway gateway = ProxyFixture.scripted();

  private static List<Reply> replies(String line, String... fields) throws Exception {
    return gateway.replies(
        ScriptedGateway.request(line, fields).replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "100 Continue",
        "102 Processing",
        "104 Upload Resumption",
        "199 Miscellaneous",
        "110 "
      })
  void mostAreSkipped(String status) throws Exception {
    gateway.upstream().answer("HTTP/1.1 " + status + "\r\nX: y\r\n\r\n" + ScriptedUpstream.OK);
    List<Reply> replies = replies("GET / HTTP/1.1");
    assertThat(replies).extracting(Reply::status).containsExactly(200);
    assertThat(replies.get(0).body()).isEqualTo("ok");
    assertThat(replies.get(0).header("X")).isNull();
  }

  @Test
  void earlyHintsPass() throws Exception {
    gateway.upstream().answer(HINTS + HINTS + ScriptedUpstream.OK);
    List<Reply> replies = replies("GET / HTTP/1.1");
    assertThat(replies).extracting(Reply::status).containsExactly(103, 103, 200);
    assertThat(replies.get(0).header("Link")).isEqualTo("</a.css>");
    assertThat(replies.get(2).body()).isEqualTo("ok");
    assertThat(replies.get(2).header("Link")).isNull();
  }

  @Test
  void earlyHintsPassBeforeTheResponseIsThere() throws Exception {
    try (RawSocket client = gateway.client()) {
      CompletableFuture<Void> hinted = new CompletableFuture<>();
      gateway
          .upstream()
          .script(
              (request, link) -> {
                link.send(HINTS);
                hinted.join();
                link.send(ScriptedUpstream.OK);
              });
      client.send(ScriptedGateway.request("GET / HTTP/1.1"));
      assertThat(client.reply().status()).isEqualTo(103);
      hinted.complete(null);
      assertThat(client.reply().status()).isEqualTo(200);
    }
  }

  @Test
  void anHttp10ClientSeesNone() throws Exception {
    gateway.upstream().answer(HINTS + "HTTP/1.1 102 Processing\r\n\r\n" + ScriptedUpstream.OK);
    assertThat(replies("GET / HTTP/1.0")).extracting(Reply::status).containsExactly(200);
  }

  @Test
  void moreThan16Are502() throws Exception {
    String processing = "HTTP/1.1 102 Processing\r\n\r\n";
    gateway.upstream().answer(processing.repeat(16) + ScriptedUpstream.OK);
    assertThat(gateway.get("/").status()).isEqualTo(200);
    gateway.upstream().answer(processing.repeat(17) + ScriptedUpstream.OK);
    assertThat(gateway.get("/").status()).isEqualTo(502);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Connection: Upgrade\r\nUpgrade: foo\r\n"})
  void aSwitchOfProtocolsThatNobodyAskedForIs502(String fields) throws Exception {
    gateway.upstream().answer("HTTP/1.1 101 Switching Protocols\r\n" + fields + "\r\nGET / x");
    assertThat(gateway.get("/").status()).isEqualTo(502);
    gateway.awaitQuiet();
    gateway.upstream().reset();
    assertThat(gateway.get("/").body()).isEqualTo("ok");
  }

  @Test
  void whoWaitsToBeInvitedIsInvitedOnceAndByTheGateway() throws Exception {
    gateway
        .upstream()
        .script(
            (request, link) -> {
              link.send("HTTP/1.1 100 Continue\r\n\r\n");
              link.readBody().send(ScriptedUpstream.OK);
            });
    try (RawSocket client = gateway.client()) {
      client.send(
          ScriptedGateway.request("POST / HTTP/1.1", "Expect: 100-continue", "Content-Length: 5"));
      assertThat(client.reply().status()).isEqualTo(100);
      client.send("hello");
      assertThat(client.reply().status()).isEqualTo(200);
    }
    assertThat(gateway.upstream().only().body()).isEqualTo("hello");
    assertThat(gateway.upstream().only().header("Expect")).isNull();
  }

  @Test
  void anHttp10ClientIsNotInvited() throws Exception {
    List<Reply> replies =
        gateway.replies(
            "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello");
    assertThat(replies).extracting(Reply::status).containsExactly(200);
    assertThat(gateway.upstream().only().body()).isEqualTo("hello");
    assertThat(gateway.upstream().only().header("Expect")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"200-ok", "100-continuex", "x=y", ""})
  void otherExpectationsAreIgnored(String expectation) throws Exception {
    List<Reply> replies =
        gateway.replies(
            ScriptedGateway.request(
                    "POST / HTTP/1.1",
                    "Expect: " + expectation,
                    "Connection: close",
                    "Content-Length: 5")
                + "hello");
    assertThat(replies).extracting(Reply::status).containsExactly(200);
    assertThat(gateway.upstream().only().body()).isEqualTo("hello");
    assertThat(gateway.upstream().only().header("Expect")).isNull();
  }
}
