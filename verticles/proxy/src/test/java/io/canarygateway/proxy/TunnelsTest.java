package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.RawUpstream;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** WebSockets and other protocols that clients change to. */
class TunnelsTest {

  @RegisterExtension final FreshProxy gateway = new FreshProxy();
  private final Upstreams upstreams = gateway.upstreams;

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
    gateway.start(
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
    await().until(() -> gateway.metric("gateway_requests_in_flight") == 0);
  }

  @Test
  void anUpgradeThatTheUpstreamRefusesIsAnsweredAsUsual() throws Exception {
    upstreams.main.raw(request -> request.response().setStatusCode(403).end("no sockets"));
    gateway.start(upstreams.withoutSidecar());
    String response =
        gateway.raw(
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(response).startsWith("HTTP/1.1 403").contains("no sockets");
  }

  @Test
  void anUpgradeToHttp2IsNotPassedOn() throws Exception {
    gateway.start(upstreams.withoutSidecar());
    String response =
        gateway.raw(
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
    gateway.start(upstreams.withoutSidecar());
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n");
      client.readUntil("first");
      client.send("hello").readUntil("<hello>");
    }
    await().untilAsserted(() -> assertThat(closed).hasValue(1));
  }

  @Test
  void anUpgradeToSomethingElseIs502() throws Exception {
    try (RawUpstream upstream =
        new RawUpstream("HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: foo\r\n\r\n")) {
      gateway.start(upstreams.withoutSidecar().put("main-target", upstream.url()));
      assertThat(
              gateway.raw(
                  "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: bar\r\n\r\n"))
          .startsWith("HTTP/1.1 502");
    }
  }
}
