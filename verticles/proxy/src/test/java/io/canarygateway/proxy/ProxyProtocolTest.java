package io.canarygateway.proxy;

import static io.canarygateway.fixtures.ScriptedGateway.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.JournalLines;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.ReceivedRequest;
import io.canarygateway.fixtures.ScriptedGateway;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The address of a PROXY header is that of the connection's other end, for all that asks. */
class ProxyProtocolTest {

  private static final String REFUSALS = "gateway_proxy_protocol_refusals_total{reason=\"%s\"}";

  @TempDir static Path directory;

  private ScriptedGateway gateway;

  @AfterEach
  void stop() throws Exception {
    gateway.close();
  }

  private void start(String... trusted) throws Exception {
    gateway =
        ProxyFixture.scripted(
                config ->
                    config
                        .put(
                            "router-server",
                            new JsonObject().put("proxy-protocol", true).put("h2c", true))
                        .put("trusted-proxies", new JsonArray(List.of((Object[]) trusted)))
                        .put("access-log", "json")
                        .put("access-log-file", directory.resolve("access.log").toString())
                        .put("canary-when", new JsonArray("[{\"sources\": [\"192.0.2.0/24\"]}]")))
            .start();
  }

  private ReceivedRequest ask(String header, String... fields) throws Exception {
    gateway.upstream().reset();
    try (RawSocket client = gateway.client()) {
      assertThat(client.send(header + request("GET / HTTP/1.1", fields)).reply().status())
          .isEqualTo(200);
    }
    return gateway.upstream().only();
  }

  /** The balancer is trusted to name its client. Whether the client is trusted is asked anew. */
  @ParameterizedTest
  @CsvSource({
    "PROXY TCP4 192.0.2.7 127.0.0.1 4711 80, 192.0.2.7, true",
    "PROXY TCP4 203.0.113.7 127.0.0.1 4711 80, 203.0.113.7, false",
    "PROXY TCP4 10.0.0.9 127.0.0.1 4711 80, '192.0.2.8, 10.0.0.9', true",
    "PROXY UNKNOWN, '192.0.2.8, 127.0.0.1', true"
  })
  void whatAClientSaysCountsIfItsOwnAddressIsTrusted(
      String header, String forwardedFor, boolean canary) throws Exception {
    start("127.0.0.0/8", "10.0.0.0/8");
    ReceivedRequest seen = ask(header + "\r\n", "X-Forwarded-For: 192.0.2.8");
    assertThat(seen.headers("X-Forwarded-For")).containsExactly(forwardedFor);
    assertThat(gateway.routed("canary", "Canary rule")).isEqualTo(canary ? 1 : 0);
  }

  @Test
  void theAccessLogShowsTheClient() throws Exception {
    start("127.0.0.0/8");
    ask("PROXY TCP6 2001:db8::7 ::1 4711 80\r\n");
    Path log = directory.resolve("access.log");
    await().until(() -> Files.exists(log) && Files.readString(log).contains("2001:db8::7"));
    List<String> lines = Files.readAllLines(log);
    assertThat(new JsonObject(lines.get(lines.size() - 1)).getString("remote"))
        .isEqualTo("2001:db8::7");
  }

  @Test
  void eachRequestOfAConnectionHasItsClient() throws Exception {
    start("127.0.0.0/8");
    try (RawSocket client = gateway.client()) {
      client.send("PROXY TCP4 192.0.2.7 127.0.0.1 4711 80\r\n");
      for (int i = 0; i < 3; i++) {
        client.send(request("GET / HTTP/1.1")).reply();
      }
    }
    assertThat(gateway.upstream().received())
        .hasSize(3)
        .allSatisfy(seen -> assertThat(seen.header("X-Forwarded-For")).isEqualTo("192.0.2.7"));
  }

  @Test
  void http2HasTheClientOfTheHeader() throws Exception {
    start("127.0.0.0/8");
    RawSocket socket = gateway.client();
    socket.send("PROXY TCP4 192.0.2.7 127.0.0.1 4711 80\r\n");
    try (Http2Socket client = new Http2Socket(socket.socket())) {
      Http2Socket.Answer answer =
          client.ask(1, Http2Socket.get("http", "/", "x-forwarded-for", "1.2.3.4"));
      assertThat(answer.status()).isEqualTo("200");
    }
    assertThat(gateway.upstream().only().headers("X-Forwarded-For")).containsExactly("192.0.2.7");
  }

  @Test
  void aHeaderFromOthersThanTrustedProxiesIsRefused() throws Exception {
    start("10.0.0.0/8");
    for (int i = 0; i < 3; i++) {
      assertThat(closed("PROXY TCP4 10.0.0.9 127.0.0.1 4711 80\r\n")).isTrue();
    }
    await().until(() -> gateway.metric(REFUSALS.formatted("untrusted")) == 3);
    gateway.assertNothingReachedUpstream();
  }

  @Test
  void aConnectionWithoutItIsCountedAndFewAreLogged() throws Exception {
    try (JournalLines lines = new JournalLines("io.canarygateway.proxy")) {
      start("127.0.0.0/8");
      for (int i = 0; i < 100; i++) {
        assertThat(closed("")).isTrue();
      }
      await().until(() -> gateway.metric(REFUSALS.formatted("malformed")) == 100);
      assertThat(lines.saying("connection closed: no valid PROXY header"))
          .isNotEmpty()
          .hasSizeLessThan(100)
          .allSatisfy(
              line ->
                  assertThat(line)
                      .containsEntry("reason", "malformed")
                      .containsEntry("peer", "127.0.0.1"));
    }
    gateway.assertNothingReachedUpstream();
  }

  private boolean closed(String header) throws Exception {
    try (RawSocket client = gateway.client()) {
      return client.send(header + request("GET / HTTP/1.1")).readAll().isEmpty();
    } catch (SocketException reset) {
      return true;
    }
  }
}
