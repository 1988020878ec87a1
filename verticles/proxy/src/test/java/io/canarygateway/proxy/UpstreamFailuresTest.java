package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.RawUpstream;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that fail, and what their clients get. */
class UpstreamFailuresTest {

  @RegisterExtension final FreshProxy gateway = new FreshProxy();
  private final Upstreams upstreams = gateway.upstreams;

  @Test
  void anUnreachableUpstreamIs502() throws Exception {
    gateway.start(upstreams.withoutSidecar().put("main-target", "http://127.0.0.1:1"));
    assertThat(gateway.get("/").statusCode()).isEqualTo(502);
    assertThat(gateway.metric("gateway_errors_total{status=\"502\"}")).isEqualTo(1);
  }

  @Test
  void anUpstreamThatBreaksOffBeforeItsHeadIs502() throws Exception {
    upstreams.main.raw(request -> request.connection().close());
    gateway.start(upstreams.withoutSidecar());
    assertThat(gateway.get("/").statusCode()).isEqualTo(502);
    assertThat(gateway.post("/", "x").statusCode()).isEqualTo(502);
  }

  @Test
  void anUpstreamThatSpeaksNoHttpIs502() throws Exception {
    try (ServerSocket liar = new ServerSocket(0)) {
      Thread thread =
          new Thread(
              () -> {
                try (Socket socket = liar.accept()) {
                  socket
                      .getOutputStream()
                      .write("what?\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                  socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                  // The test's end.
                }
              });
      thread.start();
      gateway.start(
          upstreams.withoutSidecar().put("main-target", "http://127.0.0.1:" + liar.getLocalPort()));
      assertThat(gateway.get("/").statusCode()).isEqualTo(502);
    }
  }

  @Test
  void anUpstreamThatDoesNotAnswerInTimeIs504() throws Exception {
    AtomicInteger cancelled = new AtomicInteger();
    upstreams.main.raw(
        request -> request.connection().closeHandler(v -> cancelled.incrementAndGet()));
    gateway.start(gateway.upstreamClient("timeout", "1s"));
    assertThat(gateway.get("/").statusCode()).isEqualTo(504);
    await().untilAsserted(() -> assertThat(cancelled).hasValue(1));
  }

  @ParameterizedTest
  @CsvSource({"100, 10", "1000000, 10", "-1, 10", "-1, 100000"})
  void aResponseThatBreaksOffIsCut(int announced, int sent) throws Exception {
    upstreams.main.raw(
        request -> {
          HttpServerResponse response = request.response();
          if (announced >= 0) {
            response.putHeader("content-length", Integer.toString(announced));
          } else {
            response.setChunked(true);
          }
          response.write("x".repeat(sent)).onComplete(v -> request.connection().close());
        });
    gateway.start(upstreams.withoutSidecar());
    String response = gateway.raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(response).startsWith("HTTP/1.1 200 OK").doesNotContain("\r\n0\r\n\r\n");
    assertThat(response).contains("xxxxxxxxxx");
  }

  @Test
  void aKeptConnectionThatTheUpstreamClosedIsReplaced() throws Exception {
    AtomicInteger count = new AtomicInteger();
    upstreams.main.raw(
        request -> {
          if (count.incrementAndGet() == 2) {
            request.connection().close();
          } else {
            request.response().end("ok");
          }
        });
    gateway.start(upstreams.withoutSidecar());
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("ok");
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("ok");
    }
    assertThat(gateway.metric("gateway_upstream_retries_total")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: foo\r\n\r\n",
        "HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nok"
      })
  void aStatusThatNobodyAskedForIs502(String answer) throws Exception {
    try (RawUpstream upstream = new RawUpstream(answer)) {
      gateway.start(upstreams.withoutSidecar().put("main-target", upstream.url()));
      assertThat(gateway.get("/").statusCode()).isEqualTo(502);
    }
  }

  @Test
  void anAnswerBeforeTheBodysEndReachesTheClient() throws Exception {
    upstreams.main.raw(request -> request.response().setStatusCode(413).end("too large"));
    gateway.start(upstreams.withoutSidecar());
    String response =
        gateway.raw("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc");
    assertThat(response).startsWith("HTTP/1.1 413").contains("too large");
    assertThat(response.toLowerCase(Locale.ROOT)).contains("connection: close");
  }

  @Test
  void httpsTargetsAreVerifiedUnlessToldOtherwise() throws Exception {
    var certificate = io.vertx.core.net.SelfSignedCertificate.create("localhost");
    var server =
        Await.result(
            upstreams
                .vertx()
                .createHttpServer(
                    new io.vertx.core.http.HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(certificate.keyCertOptions()))
                .requestHandler(request -> request.response().end("secure"))
                .listen(0, "127.0.0.1"));
    JsonObject config =
        upstreams.withoutSidecar().put("main-target", "https://localhost:" + server.actualPort());
    gateway.start(config);
    assertThat(gateway.get("/").statusCode()).isEqualTo(502);
    gateway.close();
    gateway.start(
        config.put(
            "proxy-client",
            new JsonObject()
                .put(
                    "to-main-and-canary",
                    new JsonObject()
                        .put("tls", new JsonObject().put("insecure-skip-verify", true)))));
    assertThat(gateway.get("/").body()).isEqualTo("secure");
    certificate.delete();
  }
}
