package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.http.HttpServerRequest;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How many requests an upstream gets at once, and what becomes of the others. */
class UpstreamQueueTest {

  @RegisterExtension final FreshProxy gateway = new FreshProxy();
  private final Upstreams upstreams = gateway.upstreams;

  @Test
  void aClientThatLeavesTheQueueNeverReachesTheUpstream() throws Exception {
    List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
    upstreams.main.raw(held::add);
    gateway.start(gateway.upstreamClient("max-conns", 1));
    List<RawSocket> clients = new ArrayList<>();
    // One connection per event loop: whoever comes third or later on a loop has to wait.
    for (int i = 0; i < ProxyFixture.EVENT_LOOPS * 2; i++) {
      clients.add(new RawSocket(gateway.port()).send("GET /" + i + " HTTP/1.1\r\nHost: x\r\n\r\n"));
    }
    await().until(() -> held.size() == ProxyFixture.EVENT_LOOPS);
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
    assertThat(held).hasSize(ProxyFixture.EVENT_LOOPS);
  }

  @Test
  void tooLongAQueueIs503() throws Exception {
    upstreams.main.raw(request -> {});
    gateway.start(gateway.upstreamClient("max-conns", 1));
    List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
    for (int i = 0; i < ProxyFixture.EVENT_LOOPS * 4; i++) {
      all.add(
          gateway
              .client()
              .sendAsync(
                  HttpRequest.newBuilder(gateway.uri("/")).build(),
                  HttpResponse.BodyHandlers.ofString()));
    }
    assertThat(CompletableFuture.anyOf(all.toArray(new CompletableFuture<?>[0])).get())
        .isInstanceOfSatisfying(HttpResponse.class, r -> assertThat(r.statusCode()).isEqualTo(503));
  }

  @Test
  void moreInFlightThanAllowedIs503AtOnce() throws Exception {
    upstreams.main.raw(request -> {});
    gateway.start(upstreams.withoutSidecar().put("max-requests-in-flight", 1));
    try (RawSocket first = new RawSocket(gateway.port())) {
      first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      await().until(() -> gateway.metric("gateway_requests_in_flight") == 1);
      assertThat(gateway.get("/").statusCode()).isEqualTo(503);
    }
  }
}
