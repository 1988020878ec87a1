package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.MessageReader;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers that are unpacked on behalf of clients that did not ask for gzip: whole, whatever size.
 */
class UnpackingTest {

  private static final String JSON =
      "[" + "{\"name\": \"value\", \"list\": [1, 2, 3]}, ".repeat(110_000) + "{}]";

  /** All goes to canary, whose errors are counted. */
  @RegisterExtension
  static final ScriptedGateway gateway =
      ProxyFixture.scripted(
          config ->
              config
                  .put("strategy", "canary")
                  .put("circuit-breaker", new JsonObject().put("error-limit-canary", 1_000)));

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
    return bytes.toByteArray();
  }

  private static void answer(byte[] packed) {
    gateway
        .upstream()
        .script(
            (request, link) ->
                link.readBody()
                    .send(
                        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
                            + packed.length
                            + "\r\n\r\n"
                            + MessageReader.text(packed, packed.length)));
  }

  private static void assertUnpacked(String text) throws Exception {
    answer(gzip(text));
    double errors = gateway.metric("gateway_breaker_errors");
    for (int i = 0; i < 3; i++) {
      Reply reply = gateway.get("/");
      assertThat(reply.body().length()).isEqualTo(text.length());
      assertThat(reply.body().equals(text)).isTrue();
      assertThat(reply.end()).isEqualTo(Reply.End.FRAMED);
      assertThat(reply.header("Content-Encoding")).isNull();
    }
    assertThat(gateway.metric("gateway_breaker_errors")).isEqualTo(errors);
  }

  @Test
  void megabytesOfJsonInFewKilobytesAreUnpacked() throws Exception {
    assertThat(JSON.length()).isGreaterThan(4_000_000);
    assertThat(gzip(JSON).length).isLessThan(30_000);
    assertUnpacked(JSON);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1 << 20, (1 << 20) + 1, 20_000_000})
  void zerosOfEverySizeAreUnpacked(int size) throws Exception {
    assertUnpacked("0".repeat(size));
  }

  /** What was unpacked waits in bounded pieces for a client that is slow to read. */
  @Test
  void aSlowReaderGetsItAll() throws Exception {
    String text = "0".repeat(50_000_000);
    answer(gzip(text));
    try (RawSocket client = new RawSocket(gateway.port(), 64 * 1024)) {
      client.send(ScriptedGateway.request("GET / HTTP/1.1"));
      await().until(() -> client.socket().getInputStream().available() > 30_000);
      assertThat(client.reply().body().length()).isEqualTo(text.length());
    }
  }

  @Test
  void oneThatIsCutOffOrCorruptIsCutOff() throws Exception {
    byte[] packed = gzip(JSON);
    byte[] cut = Arrays.copyOf(packed, packed.length - 100);
    byte[] corrupt = packed.clone();
    corrupt[packed.length / 2] ^= 0x55;
    byte[] wrongSum = packed.clone();
    wrongSum[packed.length - 6] ^= 0x55;
    for (byte[] broken :
        new byte[][] {cut, corrupt, wrongSum, "no gzip".getBytes(StandardCharsets.US_ASCII)}) {
      answer(broken);
      Reply reply = gateway.get("/");
      assertThat(reply.status() == 502 || !reply.whole()).isTrue();
      try (RawSocket old = gateway.client()) {
        Reply last = old.send("GET / HTTP/1.0\r\n\r\n").reply();
        assertThat(last.status() == 502 || last.end() == Reply.End.RESET).isTrue();
      }
    }
  }

  @Test
  void clientsThatAskGetItAsItIs() throws Exception {
    byte[] packed = gzip(JSON);
    answer(packed);
    Reply reply = gateway.get("/", "Accept-Encoding: gzip");
    assertThat(reply.body().equals(MessageReader.text(packed, packed.length))).isTrue();
    assertThat(reply.header("Content-Encoding")).isEqualTo("gzip");
    assertThat(reply.header("Content-Length")).isEqualTo(Integer.toString(packed.length));
  }

  @Test
  void anAnswerToHeadIsNotUnpacked() throws Exception {
    gateway
        .upstream()
        .script(
            (request, link) ->
                link.readBody()
                    .send(
                        request.method().equals("HEAD")
                            ? "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 500\r\n\r\n"
                            : ScriptedUpstream.OK));
    try (RawSocket client = gateway.client()) {
      client.send(ScriptedGateway.request("HEAD / HTTP/1.1") + ScriptedGateway.SECOND);
      assertThat(client.reply("HEAD").status()).isEqualTo(200);
      assertThat(client.reply().body()).isEqualTo("ok");
    }
  }
}
