package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.ScriptedUpstream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing waits for what comes behind it: heads for bodies, answers for uploads. */
class EarlyAnswersTest {

  private static final String UNAUTHORIZED =
      "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno";
  private static final int WAIT_SECONDS = 30;

  @RegisterExtension static final ScriptedGateway gateway = ProxyFixture.scripted();

  private static String upload(String framing) {
    return ScriptedGateway.request("POST /first HTTP/1.1", framing);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 10", "Transfer-Encoding: chunked"})
  void aRequestsHeadGoesUpstreamBeforeItsBodyComes(String framing) throws Exception {
    try (RawSocket client = gateway.client()) {
      client.send(upload(framing));
      await().until(() -> gateway.upstream().received().size() == 1);
      assertThat(gateway.upstream().only().line()).isEqualTo("POST /first HTTP/1.1");
      assertThat(gateway.upstream().only().complete()).isFalse();
    }
  }

  @Test
  void eachPartOfABodyGoesUpstreamAtOnce() throws Exception {
    try (RawSocket client = gateway.client()) {
      client.send(upload("Transfer-Encoding: chunked") + "3\r\none\r\n");
      await().until(() -> gateway.upstream().received().size() == 1);
      await().until(() -> gateway.upstream().only().body().equals("one"));
      client.send("3\r\ntwo\r\n");
      await().until(() -> gateway.upstream().only().body().equals("onetwo"));
      client.send("0\r\n\r\n");
      assertThat(client.reply().body()).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 10", "Transfer-Encoding: chunked"})
  void anAnswerToAHeadAloneReachesTheClient(String framing) throws Exception {
    gateway.upstream().script((request, link) -> link.send(UNAUTHORIZED));
    try (RawSocket client = gateway.client()) {
      client.send(upload(framing));
      Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.body()).isEqualTo("no");
      assertThat(reply.saysClose()).isTrue();
      assertThat(client.reply()).isNull();
    }
  }

  @Test
  void nothingBehindAnEarlyAnswerRuns() throws Exception {
    gateway.upstream().script((request, link) -> link.send(UNAUTHORIZED));
    for (int i = 0; i < 10; i++) {
      try (RawSocket client = gateway.client()) {
        client.send(upload("Content-Length: 10"));
        assertThat(client.reply().status()).isEqualTo(401);
        try {
          client.send("0123456789" + ScriptedGateway.SECOND);
        } catch (IOException e) {
          // Closed already, which is as good.
        }
        assertThat(client.reply()).isNull();
      }
    }
    gateway.awaitQuiet();
    assertThat(gateway.upstream().lines()).hasSize(10).containsOnly("POST /first HTTP/1.1");
  }

  /** It may still be read by an upstream as the beginning of a body. */
  @Test
  void aConnectionWithAnUnfinishedRequestIsNotUsedAgain() throws Exception {
    gateway
        .upstream()
        .script(
            (request, link) -> {
              if (request.method().equals("POST")) {
                link.send(UNAUTHORIZED);
              } else {
                link.send(ScriptedUpstream.OK);
              }
            });
    for (int i = 0; i < 10; i++) {
      try (RawSocket client = gateway.client()) {
        client.send(upload("Content-Length: 100000") + "abc");
        assertThat(client.reply().status()).isEqualTo(401);
      }
      assertThat(gateway.get("/next").body()).isEqualTo("ok");
    }
    assertThat(gateway.upstream().received()).noneMatch(request -> request.body().contains("GET"));
  }

  @Test
  void anUploadInFullSwingStillReadsItsAnswer() throws Exception {
    gateway.upstream().script((request, link) -> link.send(UNAUTHORIZED).close());
    for (int i = 0; i < 10; i++) {
      try (RawSocket client = gateway.client()) {
        client.send(upload("Content-Length: 100000000")).send(new byte[512 * 1024]);
        Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.whole()).isTrue();
      }
    }
  }

  @Test
  void anAnswerToAWholeRequestLeavesTheConnectionOpen() throws Exception {
    gateway.upstream().script((request, link) -> link.readBody().send(UNAUTHORIZED));
    try (RawSocket client = gateway.client()) {
      for (int i = 0; i < 3; i++) {
        client.send(upload("Content-Length: 5") + "hello");
        Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.saysClose()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 5", "Transfer-Encoding: chunked", "Connection: close"})
  void anAnswersHeadComesBeforeItsBody(String framing) throws Exception {
    CompletableFuture<Void> read = new CompletableFuture<>();
    gateway
        .upstream()
        .script(
            (request, link) -> {
              link.send("HTTP/1.1 200 OK\r\nX-Early: 1\r\n" + framing + "\r\n\r\n");
              read.join();
              link.send(framing.startsWith("T") ? "5\r\nhello\r\n0\r\n\r\n" : "hello").close();
            });
    try (RawSocket client = gateway.client()) {
      client.send(ScriptedGateway.request("GET / HTTP/1.1", "Connection: close"));
      assertThat(client.readUntil("\r\n\r\n")).contains("X-Early: 1");
      read.complete(null);
      assertThat(client.readAll()).contains("hello");
    }
  }

  @Test
  void eachPartOfAnAnswerComesAtOnce() throws Exception {
    CompletableFuture<Void> first = new CompletableFuture<>();
    CompletableFuture<Void> second = new CompletableFuture<>();
    gateway
        .upstream()
        .script(
            (request, link) -> {
              link.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
              first.join();
              link.send("3\r\ntwo\r\n");
              second.join();
              link.send("0\r\n\r\n");
            });
    try (RawSocket client = gateway.client()) {
      client.send(ScriptedGateway.request("GET / HTTP/1.1", "Connection: close"));
      client.readUntil("one");
      first.complete(null);
      client.readUntil("two");
      second.complete(null);
      client.readAll();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClientThatClosesWhileItsRequestRunsCancelsIt(boolean half) throws Exception {
    for (String request :
        new String[] {ScriptedGateway.request("GET / HTTP/1.1"), upload("Content-Length: 10")}) {
      CompletableFuture<Void> closed = new CompletableFuture<>();
      gateway.upstream().reset();
      gateway
          .upstream()
          .script(
              (seen, link) -> {
                try {
                  link.awaitClosed();
                } finally {
                  closed.complete(null);
                }
              });
      try (RawSocket client = gateway.client()) {
        client.send(request);
        await().until(() -> gateway.upstream().received().size() == 1);
        if (half) {
          client.halfClose();
          closed.get(WAIT_SECONDS, TimeUnit.SECONDS);
        }
      }
      closed.get(WAIT_SECONDS, TimeUnit.SECONDS);
      gateway.awaitQuiet();
    }
  }
}
