package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.config.Transport;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.ScriptedUpstream;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No byte is lost when a peer closes right behind its last one, whatever the transport: not if the
 * other side reads at once, and not if it reads so late that the gateway had to stop reading.
 */
class TransportsKeepBytesTest {

  private static final int LARGEST = 6_000_010;
  private static final int RECEIVE_BUFFER = 128 * 1024;
  private static final long PATIENCE_MS = 40;
  private static final String BYTES =
      IntStream.range(0, LARGEST)
          .collect(
              StringBuilder::new,
              (text, i) -> text.append((char) ('!' + (i ^ i >> 7) % 90)),
              StringBuilder::append)
          .toString();
  private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: foo\r\n\r\n";
  private static final Map<Transport, ScriptedGateway> GATEWAYS = new EnumMap<>(Transport.class);

  /** How a body is framed. */
  enum Framing {
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE;

    /** The header that says so, the end of the head, and the body. */
    private String around(String body) {
      return switch (this) {
        case LENGTH -> "Content-Length: " + body.length() + "\r\n\r\n" + body;
        case CHUNKED -> "Transfer-Encoding: chunked\r\n\r\n" + chunked(body);
        case UNTIL_CLOSE -> "Connection: close\r\n\r\n" + body;
      };
    }
  }

  /** When the receiver begins to read. */
  enum Reader {
    AT_ONCE(1_000_010, 12),
    /** When the sender has sent all and closed, or cannot go on. */
    LATE(LARGEST, 4);

    private final String bytes;
    private final int repetitions;

    Reader(int size, int repetitions) {
      this.bytes = BYTES.substring(0, size);
      this.repetitions = repetitions;
    }

    private void awaitSent(CompletableFuture<Void> sent) {
      if (this == LATE) {
        sent.copy().completeOnTimeout(null, PATIENCE_MS, TimeUnit.MILLISECONDS).join();
      }
    }

    /** Without megabytes of text in the message. */
    private void assertSame(String received) {
      assertThat(received.length()).isEqualTo(bytes.length());
      assertThat(received.equals(bytes)).isTrue();
    }
  }

  private static String chunked(String body) {
    StringBuilder text = new StringBuilder();
    for (int from = 0; from < body.length(); from += 30_000) {
      String chunk = body.substring(from, Math.min(body.length(), from + 30_000));
      text.append(Integer.toHexString(chunk.length())).append("\r\n").append(chunk).append("\r\n");
    }
    return text.append("0\r\n\r\n").toString();
  }

  private static ScriptedGateway gateway(Transport transport) throws Exception {
    if (!GATEWAYS.containsKey(transport)) {
      GATEWAYS.put(
          transport,
          GatewayFixture.scripted(
                  config -> config.put("transport", transport.name().toLowerCase(Locale.ROOT)))
              .start());
    }
    return GATEWAYS.get(transport);
  }

  @AfterAll
  static void stop() throws Exception {
    for (ScriptedGateway gateway : GATEWAYS.values()) {
      gateway.close();
    }
  }

  static Stream<Arguments> downloads() {
    return combinations(List.of(Framing.values()));
  }

  static Stream<Arguments> uploads() {
    return combinations(List.of(Framing.LENGTH, Framing.CHUNKED));
  }

  static Stream<Arguments> tunnels() {
    return WorkingTransports.names().stream()
        .flatMap(transport -> Stream.of(Reader.values()).map(r -> Arguments.of(transport, r)));
  }

  private static Stream<Arguments> combinations(List<Framing> framings) {
    return tunnels()
        .flatMap(pair -> framings.stream().map(f -> Arguments.of(pair.get()[0], f, pair.get()[1])));
  }

  @ParameterizedTest
  @MethodSource("downloads")
  void anAnswerArrivesWholeIfTheUpstreamClosesBehindIt(
      Transport transport, Framing framing, Reader reader) throws Exception {
    ScriptedGateway gateway = gateway(transport);
    for (int i = 0; i < reader.repetitions; i++) {
      CompletableFuture<Void> sent = new CompletableFuture<>();
      gateway
          .upstream()
          .script(
              (request, link) -> {
                link.send("HTTP/1.1 200 OK\r\n" + framing.around(reader.bytes)).close();
                sent.complete(null);
              });
      try (RawSocket client = new RawSocket(gateway.port(), RECEIVE_BUFFER)) {
        client.send(ScriptedGateway.request("GET / HTTP/1.1"));
        reader.awaitSent(sent);
        Reply reply = client.reply();
        reader.assertSame(reply.body());
        assertThat(reply.end()).isEqualTo(Reply.End.FRAMED);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("uploads")
  void anUploadArrivesWholeIfTheClientClosesBehindItsAnswer(
      Transport transport, Framing framing, Reader reader) throws Exception {
    ScriptedGateway gateway = gateway(transport);
    for (int i = 0; i < reader.repetitions; i++) {
      CompletableFuture<Void> sent = new CompletableFuture<>();
      gateway.upstream().reset();
      gateway
          .upstream()
          .script(
              (request, link) -> {
                reader.awaitSent(sent);
                link.readBody().send(ScriptedUpstream.OK);
              });
      try (RawSocket client = gateway.client()) {
        client.send("POST / HTTP/1.1\r\nHost: x\r\n" + framing.around(reader.bytes));
        sent.complete(null);
        assertThat(client.reply().body()).isEqualTo("ok");
      }
      reader.assertSame(gateway.upstream().only().body());
    }
  }

  @ParameterizedTest
  @MethodSource("tunnels")
  void whatTheUpstreamSendsThroughATunnelArrivesWhole(Transport transport, Reader reader)
      throws Exception {
    ScriptedGateway gateway = gateway(transport);
    for (int i = 0; i < reader.repetitions; i++) {
      CompletableFuture<Void> sent = new CompletableFuture<>();
      gateway
          .upstream()
          .script(
              (request, link) -> {
                link.send("HTTP/1.1 101 Switching Protocols\r\n" + UPGRADE + reader.bytes).close();
                sent.complete(null);
              });
      try (RawSocket client = new RawSocket(gateway.port(), RECEIVE_BUFFER)) {
        client.send("GET / HTTP/1.1\r\nHost: x\r\n" + UPGRADE);
        assertThat(client.reply().status()).isEqualTo(101);
        reader.awaitSent(sent);
        reader.assertSame(client.readAll());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tunnels")
  void whatTheClientSendsThroughATunnelArrivesWhole(Transport transport, Reader reader)
      throws Exception {
    ScriptedGateway gateway = gateway(transport);
    for (int i = 0; i < reader.repetitions; i++) {
      CompletableFuture<Void> sent = new CompletableFuture<>();
      CompletableFuture<String> got = new CompletableFuture<>();
      gateway
          .upstream()
          .script(
              (request, link) -> {
                link.send("HTTP/1.1 101 Switching Protocols\r\n" + UPGRADE);
                reader.awaitSent(sent);
                StringBuilder all = new StringBuilder();
                link.readAll(all);
                got.complete(all.toString());
              });
      try (RawSocket client = gateway.client()) {
        client.send("GET / HTTP/1.1\r\nHost: x\r\n" + UPGRADE);
        assertThat(client.reply().status()).isEqualTo(101);
        client.send(reader.bytes);
      }
      sent.complete(null);
      reader.assertSame(got.get(60, TimeUnit.SECONDS));
    }
  }
}
