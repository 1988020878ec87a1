package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients and upstreams that are slow, silent or gone: flow control and timeouts. */
class SlowPeersTest {

  @RegisterExtension final FreshProxy gateway = new FreshProxy();
  private final Upstreams upstreams = gateway.upstreams;

  @Test
  void aClientTooSlowForItsHeadIsClosed() throws Exception {
    gateway.start(
        upstreams
            .withoutSidecar()
            .put("router-server", new JsonObject().put("read-timeout", "300ms")));
    assertThat(gateway.raw("")).isEmpty();
    assertThat(gateway.raw("GET / HTTP/1.1\r\nHo")).isEmpty();
  }

  @Test
  void aClientTooSlowForItsBodyIs408() throws Exception {
    gateway.start(
        upstreams
            .withoutSidecar()
            .put("router-server", new JsonObject().put("read-timeout", "1s")));
    assertThat(gateway.raw("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"))
        .startsWith("HTTP/1.1 408");
    await().until(() -> gateway.metric("gateway_requests_in_flight") == 0);
  }

  @Test
  void anIdleConnectionIsClosed() throws Exception {
    gateway.start(
        upstreams
            .withoutSidecar()
            .put("router-server", new JsonObject().put("idle-timeout", "1s")));
    assertThat(gateway.raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n")).contains("main");
  }

  @Test
  void aClientThatDoesNotReadIsCut() throws Exception {
    AtomicLong written = new AtomicLong();
    upstreams.main.raw(request -> endless(request, written));
    gateway.start(
        upstreams
            .withoutSidecar()
            .put("router-server", new JsonObject().put("write-timeout", "300ms")));
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      await().until(() -> written.get() > 0);
      await().until(() -> gateway.metric("gateway_requests_in_flight") == 0);
    }
    await().untilAsserted(() -> assertThat(upstreams.main.connections).hasValue(0));
  }

  @Test
  void aSlowReaderHoldsTheUpstreamBack() throws Exception {
    AtomicLong written = new AtomicLong();
    upstreams.main.raw(request -> endless(request, written));
    gateway.start(upstreams.withoutSidecar());
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
    gateway.start(
        gateway
            .upstreamClient("timeout", "2s")
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
                } catch (IOException e) {
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
}
