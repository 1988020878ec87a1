package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How requests and responses pass: HTTP's fine print, failures and flow control on real sockets.
 */
class ForwardingTest {

  private static final String CRLF = "\r\n";

  private Upstreams upstreams;
  private GatewayFixture gateway;

  @BeforeEach
  void start() {
    upstreams = new Upstreams();
  }

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
    upstreams.close();
  }

  private void startWith(JsonObject config) throws Exception {
    gateway = GatewayFixture.start(config);
  }

  private JsonObject upstreamClient(String key, Object value) {
    return upstreams
        .withoutSidecar()
        .put(
            "proxy-client",
            new JsonObject().put("to-main-and-canary", new JsonObject().put(key, value)));
  }

  private String raw(String request) throws Exception {
    try (RawSocket client = new RawSocket(gateway.port())) {
      return client.send(request).readAll();
    }
  }

  @Test
  void anUnreachableUpstreamIs502() throws Exception {
    startWith(upstreams.withoutSidecar().put("main-target", "http://127.0.0.1:1"));
    assertThat(gateway.get("/").statusCode()).isEqualTo(502);
    assertThat(gateway.metric("gateway_errors_total{status=\"502\"}")).isEqualTo(1);
  }

  @Test
  void anUpstreamThatBreaksOffBeforeItsHeadIs502() throws Exception {
    upstreams.main.raw(request -> request.connection().close());
    startWith(upstreams.withoutSidecar());
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
                } catch (java.io.IOException e) {
                  // The test's end.
                }
              });
      thread.start();
      startWith(
          upstreams.withoutSidecar().put("main-target", "http://127.0.0.1:" + liar.getLocalPort()));
      assertThat(gateway.get("/").statusCode()).isEqualTo(502);
    }
  }

  @Test
  void anUpstreamThatDoesNotAnswerInTimeIs504() throws Exception {
    AtomicInteger cancelled = new AtomicInteger();
    upstreams.main.raw(
        request -> request.connection().closeHandler(v -> cancelled.incrementAndGet()));
    startWith(upstreamClient("timeout", "150ms"));
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
    startWith(upstreams.withoutSidecar());
    String response = raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(response).startsWith("HTTP/1.1 200 OK").doesNotContain("\r\n0\r\n\r\n");
    assertThat(response).contains("xxxxxxxxxx");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16384, 16385, 1 << 20})
  void bodiesOfEverySizePassBothWays(int size) throws Exception {
    upstreams.main.answer(request -> request.response().end("y".repeat(size)));
    startWith(upstreams.withoutSidecar());
    assertThat(gateway.post("/", "z".repeat(size)).body()).isEqualTo("y".repeat(size));
    assertThat(upstreams.main.seen.get(0).body()).isEqualTo("z".repeat(size));
  }

  @Test
  void chunksAndTrailersPass() throws Exception {
    upstreams.main.answer(
        request -> {
          HttpServerResponse response = request.response().setChunked(true);
          response.write("one");
          response.putTrailer("X-Trailer", "last");
          response.end("two");
        });
    startWith(upstreams.withoutSidecar());
    String response = raw("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(response.toLowerCase(java.util.Locale.ROOT))
        .contains("transfer-encoding: chunked")
        .contains("3\r\none\r\n")
        .contains("x-trailer: last");
  }

  @Test
  void headHasTheLengthButNoBody() throws Exception {
    upstreams.main.raw(request -> request.response().putHeader("content-length", "12345").end());
    startWith(upstreams.withoutSidecar());
    String response = raw("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(response.toLowerCase(java.util.Locale.ROOT))
        .contains("content-length: 12345")
        .endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void aBodilessStatusEndsWithItsHead(int status) throws Exception {
    upstreams.main.raw(request -> request.response().setStatusCode(status).end());
    startWith(upstreams.withoutSidecar());
    String response =
        raw(
            "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(response.split("HTTP/1.1 " + status, -1)).hasSize(3);
    assertThat(response.toLowerCase(java.util.Locale.ROOT)).doesNotContain("transfer-encoding");
    assertThat(
            status == 204 && response.toLowerCase(java.util.Locale.ROOT).contains("content-length"))
        .isFalse();
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    upstreams.main.answer(request -> request.response().end(request.uri()));
    startWith(upstreams.withoutSidecar());
    String response =
        raw(
            "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                + "GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(response).containsSubsequence("/1", "/2", "/3");
  }

  @Test
  void http10IsServed() throws Exception {
    startWith(upstreams.withoutSidecar());
    upstreams.main.answer(request -> request.response().setChunked(true).end("chunky"));
    String response = raw("GET / HTTP/1.0\r\n\r\n");
    assertThat(response).contains("200 OK").endsWith("chunky");
  }

  @Test
  void hopByHopHeadersStopHere() throws Exception {
    upstreams.main.answer(
        request ->
            request
                .response()
                .putHeader("Keep-Alive", "timeout=5")
                .putHeader("Connection", "X-Named")
                .putHeader("X-Named", "1")
                .putHeader("X-Kept", "1")
                .end());
    startWith(upstreams.withoutSidecar());
    String response =
        raw(
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nConnection: X-Mine\r\nX-Mine: 1\r\nTE: gzip\r\n"
                + "Proxy-Authorization: secret\r\nProxy-Connection: x\r\nX-End: 1\r\n\r\n");
    assertThat(upstreams.main.seen.get(0).headers().names())
        .map(name -> name.toLowerCase(java.util.Locale.ROOT))
        .contains("x-end")
        .doesNotContain("x-mine", "te", "proxy-authorization", "proxy-connection", "connection");
    assertThat(response).contains("X-Kept").doesNotContain("X-Named").doesNotContain("Keep-Alive");
  }

  @ParameterizedTest
  @CsvSource({
    "GET / HTTP/1.1, '', 400",
    "GET / HTTP/1.1, Host: x|Host: y, 400",
    "GET / HTTP/1.1, Host: x|Transfer-Encoding: gzip, 501",
    "GET / HTTP/1.1, Host: x|Content-Length: 1|Content-Length: 2, 400",
    "GET / HTTP/1.1, Host: x|Content-Length: -1, 400",
    "CONNECT x:1 HTTP/1.1, Host: x, 405",
    "GET / HTTP/1.1, Host: x|bad header, 400",
    "nonsense, '', 400"
  })
  void whatIsMalformedIsRefused(String line, String headers, int status) throws Exception {
    startWith(upstreams.withoutSidecar());
    String response =
        raw(line + CRLF + (headers.isEmpty() ? "" : headers.replace("|", CRLF) + CRLF) + CRLF);
    assertThat(response).contains(" " + status + " ");
    assertThat(upstreams.main.seen).isEmpty();
  }

  @Test
  void tooLargeAHeadIsRefused() throws Exception {
    startWith(upstreams.withoutSidecar());
    assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(40_000) + "\r\n\r\n"))
        .contains(" 431 ");
    assertThat(raw("GET /" + "a".repeat(40_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
        .contains(" 414 ");
    assertThat(gateway.metric("gateway_errors_total{status=\"431\"}")).isEqualTo(1);
    assertThat(gateway.metric("gateway_errors_total{status=\"414\"}")).isEqualTo(1);
  }

  @Test
  void aClientThatWaitsToBeInvitedIs() throws Exception {
    startWith(upstreams.config());
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send(
          "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
      client.readUntil("HTTP/1.1 100 Continue\r\n\r\n");
      client.send("hi");
      client.readUntil("canary");
    }
    assertThat(upstreams.canary.seen.get(0).body()).isEqualTo("hi");
  }

  @Test
  void aClientTooSlowForItsHeadIsClosed() throws Exception {
    startWith(
        upstreams
            .withoutSidecar()
            .put("router-server", new JsonObject().put("read-timeout", "300ms")));
    assertThat(raw("")).isEmpty();
    assertThat(raw("GET / HTTP/1.1\r\nHo")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClientTooSlowForItsBodyIs408(boolean sidecar) throws Exception {
    startWith(
        (sidecar ? upstreams.config() : upstreams.withoutSidecar())
            .put("router-server", new JsonObject().put("read-timeout", "300ms")));
    assertThat(raw("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"))
        .startsWith("HTTP/1.1 408");
    await().until(() -> gateway.metric("gateway_requests_in_flight") == 0);
  }

  @Test
  void anIdleConnectionIsClosed() throws Exception {
    startWith(
        upstreams
            .withoutSidecar()
            .put("router-server", new JsonObject().put("idle-timeout", "300ms")));
    assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n")).contains("main");
  }

  @Test
  void aClientThatDoesNotReadIsCut() throws Exception {
    upstreams.main.raw(this::endless);
    startWith(
        upstreams
            .withoutSidecar()
            .put("router-server", new JsonObject().put("write-timeout", "300ms")));
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      await().until(() -> gateway.metric("gateway_requests_in_flight") == 1);
      await().until(() -> gateway.metric("gateway_requests_in_flight") == 0);
    }
    await().untilAsserted(() -> assertThat(upstreams.main.connections).hasValue(0));
  }

  @Test
  void aSlowReaderHoldsTheUpstreamBack() throws Exception {
    AtomicLong written = new AtomicLong();
    upstreams.main.raw(request -> endless(request, written));
    startWith(upstreams.withoutSidecar());
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      AtomicLong last = new AtomicLong(-1);
      await()
          .pollInterval(Duration.ofMillis(300))
          .until(() -> written.get() > 0 && last.getAndSet(written.get()) == written.get());
      assertThat(written).hasValueLessThan(32L << 20);
      client.abort();
    }
    await().untilAsserted(() -> assertThat(upstreams.main.connections).hasValue(0));
  }

  @Test
  void aSlowUpstreamHoldsTheClientBack() throws Exception {
    AtomicReference<HttpServerRequest> held = new AtomicReference<>();
    upstreams.main.raw(
        request -> {
          request.pause();
          held.set(request);
        });
    startWith(
        upstreamClient("timeout", "2s")
            .put("router-server", new JsonObject().put("idle-timeout", "500ms")));
    AtomicLong sent = new AtomicLong();
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n");
      Thread sender =
          new Thread(
              () -> {
                try {
                  for (int i = 0; i < 1000; i++) {
                    client.send(new byte[1_000_000]);
                    sent.addAndGet(1_000_000);
                  }
                } catch (java.io.IOException e) {
                  // The test's end.
                }
              });
      sender.start();
      AtomicLong last = new AtomicLong(-1);
      await()
          .pollInterval(Duration.ofMillis(300))
          .until(() -> held.get() != null && last.getAndSet(sent.get()) == sent.get());
      assertThat(sent).hasValueLessThan(64_000_000L);
      client.abort();
      sender.join();
    }
    await().until(() -> gateway.metric("gateway_upstream_connections") == 0);
    await().until(() -> gateway.metric("gateway_client_connections") == 0);
  }

  @Test
  void abortingClientsLeaveNothingBehind() throws Exception {
    upstreams.main.raw(request -> {});
    upstreams.canary.raw(request -> {});
    startWith(upstreams.config());
    for (int i = 0; i < 60; i++) {
      try (RawSocket client = new RawSocket(gateway.port())) {
        client.send(
            switch (i % 3) {
              case 0 -> "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
              case 1 -> "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab";
              default ->
                  "POST / HTTP/1.1\r\nHost: x\r\nX-Canary: false\r\nContent-Length: 5\r\n\r\nab";
            });
        if (i % 2 == 0) {
          client.abort();
        }
      }
    }
    await().until(() -> gateway.metric("gateway_requests_in_flight") == 0);
    await().until(() -> gateway.metric("gateway_breaker_reservations") == 0);
    await().untilAsserted(() -> assertThat(upstreams.main.connections).hasValue(0));
    await().untilAsserted(() -> assertThat(upstreams.canary.connections).hasValue(0));
  }

  @Test
  void aClientThatLeavesTheQueueNeverReachesTheUpstream() throws Exception {
    List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
    upstreams.main.raw(held::add);
    startWith(upstreamClient("max-conns", 1));
    List<RawSocket> clients = new ArrayList<>();
    // One connection per event loop: whoever comes third or later on a loop has to wait.
    for (int i = 0; i < GatewayFixture.EVENT_LOOPS * 2; i++) {
      clients.add(new RawSocket(gateway.port()).send("GET /" + i + " HTTP/1.1\r\nHost: x\r\n\r\n"));
    }
    await().until(() -> held.size() == GatewayFixture.EVENT_LOOPS);
    await().until(() -> gateway.metric("gateway_requests_in_flight") == clients.size());
    List<String> served = held.stream().map(HttpServerRequest::uri).toList();
    for (int i = 0; i < clients.size(); i++) {
      if (!served.contains("/" + i)) {
        clients.get(i).abort();
      }
    }
    await().until(() -> gateway.metric("gateway_requests_in_flight") == held.size());
    held.forEach(request -> request.response().end("done"));
    for (int i = 0; i < clients.size(); i++) {
      if (served.contains("/" + i)) {
        clients.get(i).readUntil("done");
      }
      clients.get(i).close();
    }
    assertThat(held).hasSize(GatewayFixture.EVENT_LOOPS);
  }

  @Test
  void tooLongAQueueIs503() throws Exception {
    upstreams.main.raw(request -> {});
    startWith(upstreamClient("max-conns", 1));
    List<java.util.concurrent.CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
    for (int i = 0; i < GatewayFixture.EVENT_LOOPS * 4; i++) {
      all.add(
          gateway
              .client()
              .sendAsync(
                  HttpRequest.newBuilder(gateway.uri("/")).build(),
                  HttpResponse.BodyHandlers.ofString()));
    }
    assertThat(
            java.util.concurrent.CompletableFuture.anyOf(
                    all.toArray(new java.util.concurrent.CompletableFuture<?>[0]))
                .get())
        .isInstanceOfSatisfying(HttpResponse.class, r -> assertThat(r.statusCode()).isEqualTo(503));
  }

  @Test
  void moreInFlightThanAllowedIs503AtOnce() throws Exception {
    upstreams.main.raw(request -> {});
    startWith(upstreams.withoutSidecar().put("max-requests-in-flight", 1));
    try (RawSocket first = new RawSocket(gateway.port())) {
      first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      await().until(() -> gateway.metric("gateway_requests_in_flight") == 1);
      assertThat(gateway.get("/").statusCode()).isEqualTo(503);
    }
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
    startWith(upstreams.withoutSidecar());
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("ok");
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("ok");
    }
    assertThat(gateway.metric("gateway_upstream_retries_total")).isEqualTo(1);
  }

  @Test
  void anAnswerBeforeTheBodysEndReachesTheClient() throws Exception {
    upstreams.main.raw(request -> request.response().setStatusCode(413).end("too large"));
    startWith(upstreams.withoutSidecar());
    String response = raw("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc");
    assertThat(response).startsWith("HTTP/1.1 413").contains("too large");
    assertThat(response.toLowerCase(java.util.Locale.ROOT)).contains("connection: close");
  }

  @Test
  void gzipIsAskedForAndUnpackedOnBehalfOfPlainClients() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    upstreams.main.answer(
        request -> {
          asked.add(String.valueOf(request.getHeader("Accept-Encoding")));
          request.response().putHeader("Content-Encoding", "gzip").end(gzip("plain text"));
        });
    startWith(upstreams.withoutSidecar());
    HttpResponse<String> plain = gateway.get("/");
    assertThat(plain.body()).isEqualTo("plain text");
    assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
    HttpResponse<byte[]> packed =
        gateway
            .client()
            .send(
                HttpRequest.newBuilder(gateway.uri("/"))
                    .header("Accept-Encoding", "gzip, br")
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    assertThat(packed.body()).isEqualTo(gzip("plain text").getBytes());
    assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(asked).containsExactly("gzip", "gzip, br");
  }

  @Test
  void compressionCanBeDisabled() throws Exception {
    startWith(upstreamClient("disable-compression", true));
    gateway.get("/");
    assertThat(upstreams.main.seen.get(0).headers().get("Accept-Encoding")).isNull();
  }

  @Test
  void webSocketsPassBothWays() throws Exception {
    AtomicInteger closed = new AtomicInteger();
    upstreams.main.raw(
        request ->
            request
                .toWebSocket()
                .onSuccess(socket -> socket.closeHandler(v -> closed.incrementAndGet()))
                .onSuccess(
                    socket ->
                        socket.textMessageHandler(
                            text -> socket.writeTextMessage("echo " + text))));
    startWith(
        upstreams
            .withoutSidecar()
            .put("router-server", new JsonObject().put("read-timeout", "1s")));
    List<String> got = new CopyOnWriteArrayList<>();
    // Held until the end: Vert.x closes a client that is garbage.
    var client = upstreams.vertx().createWebSocketClient(new WebSocketClientOptions());
    var socket = Await.result(client.connect(gateway.port(), "127.0.0.1", "/ws?x=1"));
    socket.textMessageHandler(got::add);
    for (int i = 0; i < 3; i++) {
      int count = i + 1;
      socket.writeTextMessage("m" + i);
      // Longer than the read timeout, which is for HTTP only.
      await().pollDelay(Duration.ofMillis(1300)).until(() -> got.size() == count);
    }
    assertThat(got).containsExactly("echo m0", "echo m1", "echo m2");
    Await.result(socket.close());
    Await.result(client.close());
    await().untilAsserted(() -> assertThat(closed).hasValue(1));
    assertThat(gateway.metric("gateway_requests_in_flight")).isZero();
  }

  @Test
  void anUpgradeThatTheUpstreamRefusesIsAnsweredAsUsual() throws Exception {
    upstreams.main.raw(request -> request.response().setStatusCode(403).end("no sockets"));
    startWith(upstreams.withoutSidecar());
    String response =
        raw(
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(response).startsWith("HTTP/1.1 403").contains("no sockets");
  }

  @Test
  void anUpgradeToHttp2IsNotPassedOn() throws Exception {
    startWith(upstreams.withoutSidecar());
    String response =
        raw(
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\n"
                + "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");
    assertThat(response).startsWith("HTTP/1.1 200 OK").endsWith("main");
    assertThat(upstreams.main.seen.get(0).headers().contains("Upgrade")).isFalse();
    assertThat(upstreams.main.seen.get(0).headers().contains("HTTP2-Settings")).isFalse();
  }

  @Test
  void anyUpgradePasses() throws Exception {
    AtomicInteger closed = new AtomicInteger();
    upstreams.main.raw(
        request -> {
          request.response().putHeader("Upgrade", "foo").putHeader("Connection", "Upgrade");
          request
              .toNetSocket()
              .onSuccess(
                  socket -> {
                    socket.closeHandler(v -> closed.incrementAndGet());
                    socket.write("first");
                    socket.handler(
                        chunk ->
                            socket.write(Buffer.buffer("<").appendBuffer(chunk).appendString(">")));
                  });
        });
    startWith(upstreams.withoutSidecar());
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n");
      client.readUntil("first");
      client.send("hello").readUntil("<hello>");
    }
    await().untilAsserted(() -> assertThat(closed).hasValue(1));
  }

  @Test
  void debugDumpsAreBoundedAndMasked() throws Exception {
    startWith(
        upstreams
            .withoutSidecar()
            .put(
                "log",
                new JsonObject()
                    .put("level", "debug")
                    .put("debug-request-body", true)
                    .put("debug-response-body", true)));
    ch.qos.logback.core.read.ListAppender<ch.qos.logback.classic.spi.ILoggingEvent> lines =
        new ch.qos.logback.core.read.ListAppender<>();
    lines.start();
    ch.qos.logback.classic.Logger logger =
        (ch.qos.logback.classic.Logger) org.slf4j.LoggerFactory.getLogger("io.canarygateway.proxy");
    logger.addAppender(lines);
    try {
      gateway.post(
          "/secret?access_token=tok1&q=plain",
          "b".repeat(100_000),
          "Authorization",
          "Bearer abc",
          "Cookie",
          "id=1",
          "X-Plain",
          "seen");
      await().until(() -> lines.list.size() == 2);
    } finally {
      logger.detachAppender(lines);
    }
    assertThat(lines.list.get(0).getFormattedMessage())
        .startsWith("POST /secret?access_token=***&q=plain ")
        .contains("X-Plain: seen", "Authorization: ***", "Cookie: ***", "bbbb")
        .doesNotContain("abc", "id=1")
        .hasSizeLessThan(20_000);
    assertThat(lines.list.get(1).getFormattedMessage()).startsWith("200 OK").endsWith("main");
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
    startWith(config);
    assertThat(gateway.get("/").statusCode()).isEqualTo(502);
    gateway.close();
    startWith(
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: foo\r\n\r\n",
        "HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nok"
      })
  void aStatusThatNobodyAskedForIs502(String answer) throws Exception {
    try (RawUpstream upstream = new RawUpstream(answer)) {
      startWith(upstreams.withoutSidecar().put("main-target", upstream.url()));
      assertThat(gateway.get("/").statusCode()).isEqualTo(502);
    }
  }

  @Test
  void anUpgradeToSomethingElseIs502() throws Exception {
    try (RawUpstream upstream =
        new RawUpstream("HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: foo\r\n\r\n")) {
      startWith(upstreams.withoutSidecar().put("main-target", upstream.url()));
      assertThat(
              raw(
                  "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: bar\r\n\r\n"))
          .startsWith("HTTP/1.1 502");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 12, 20})
  void aGzipBodyCutShortIsCutForTheClient(int missing) throws Exception {
    Buffer whole = gzip("text ".repeat(20_000));
    upstreams.main.answer(
        request ->
            request
                .response()
                .putHeader("Content-Encoding", "gzip")
                .end(whole.slice(0, whole.length() - missing)));
    startWith(upstreams.withoutSidecar());
    assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .doesNotContain("\r\n0\r\n\r\n");
  }

  @Test
  void aGzipBodyOfManyPartsAndMembersIsUnpackedWhole() throws Exception {
    String text = "0123456789".repeat(30_000);
    upstreams.main.answer(
        request -> {
          HttpServerResponse response = request.response().setChunked(true);
          response.putHeader("Content-Encoding", "gzip");
          Buffer packed = gzip(text).appendBuffer(gzip("second"));
          for (int i = 0; i < packed.length(); i += 100) {
            response.write(packed.slice(i, Math.min(i + 100, packed.length())));
          }
          response.end();
        });
    startWith(upstreams.withoutSidecar());
    assertThat(gateway.get("/").body()).isEqualTo(text + "second");
  }

  @Test
  void whatIsNoGzipIsCut() throws Exception {
    upstreams.main.answer(
        request -> request.response().putHeader("Content-Encoding", "gzip").end("plain lies"));
    startWith(upstreams.withoutSidecar());
    assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .doesNotContain("\r\n0\r\n\r\n");
  }

  @Test
  void chunkExtensionsAreIgnored() throws Exception {
    startWith(upstreams.config());
    raw(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3;ext=1\r\nabc\r\n0\r\n\r\n");
    assertThat(upstreams.canary.seen.get(0).body()).isEqualTo("abc");
  }

  @Test
  void bytesBeyondAsciiInATargetAreEncoded() throws Exception {
    startWith(upstreams.config());
    raw("GET /\u00c3\u00a9?q=\u00c3\u00a9 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(upstreams.canary.seen.get(0).uri()).isEqualTo("/%C3%A9?q=%C3%A9");
    assertThat(upstreams.sidecar.seen.get(0).uri()).isEqualTo("/%C3%A9?q=%C3%A9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz\r\nabc\r\n", "-3\r\nabc\r\n", "3\r\nabcX\r\n"})
  void aMalformedChunkEndsTheConnection(String chunk) throws Exception {
    startWith(upstreams.config());
    String head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n";
    assertThat(raw(head + "\r\n" + chunk)).doesNotContain(" 200 ");
    assertThat(raw(head + "X-Canary: false\r\n\r\n" + chunk)).doesNotContain(" 200 ");
    await().until(() -> gateway.metric("gateway_requests_in_flight") == 0);
  }

  @Test
  void anAbsoluteRequestTargetIsUnderstood() throws Exception {
    startWith(upstreams.withoutSidecar());
    raw("GET http://elsewhere.example/a?b=c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(upstreams.main.seen.get(0).uri()).isEqualTo("/a?b=c");
  }

  private void endless(HttpServerRequest request) {
    endless(request, new AtomicLong());
  }

  private void endless(HttpServerRequest request, AtomicLong written) {
    HttpServerResponse response = request.response().setChunked(true);
    Runnable pump =
        new Runnable() {
          @Override
          public void run() {
            while (!response.writeQueueFull() && !response.closed()) {
              response.write(Buffer.buffer(new byte[64 * 1024]));
              written.addAndGet(64 * 1024);
            }
          }
        };
    response.drainHandler(v -> pump.run());
    pump.run();
  }

  private static Buffer gzip(String text) {
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return Buffer.buffer(bytes.toByteArray());
  }
}
