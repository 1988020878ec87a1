package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Calls of gRPC that are open in both directions, and silent in one of them. */
class GrpcStreamsTest {

  @RegisterExtension final FreshProxy gateway = new FreshProxy();

  private void start(String readTimeout, String idleTimeout) throws Exception {
    JsonObject server =
        new JsonObject()
            .put("h2c", true)
            .put("read-timeout", readTimeout)
            .put("idle-timeout", idleTimeout);
    gateway.start(gateway.upstreamClient("http2", "on").put("router-server", server));
  }

  /** Sends the head of a request, whose body stays open. */
  private Future<HttpClientRequest> open(HttpClient client, String path, String type) {
    return client
        .request(HttpMethod.POST, gateway.port(), "127.0.0.1", path)
        .compose(
            request -> {
              request.setChunked(true).putHeader("content-type", type).putHeader("te", "trailers");
              return request.sendHead().map(request);
            });
  }

  private HttpClient client() {
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false);
    return gateway.upstreams.vertx().createHttpClient(options);
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void theServerMayBeTheFirstThatSends() throws Exception {
    AtomicReference<HttpServerResponse> silent = new AtomicReference<>();
    gateway.upstreams.main.raw(
        request -> {
          if (request.path().equals("/a.B/Silent")) {
            silent.set(request.response());
          }
        });
    start("1s", "10m");
    HttpClient client = client();
    HttpClientRequest call = get(open(client, "/a.B/Silent", "application/grpc"));
    await().until(() -> silent.get() != null);
    HttpClientRequest post = get(open(client, "/slow", "text/plain"));
    assertThat(get(post.response()).statusCode()).isEqualTo(408); // The call waits for longer.
    HttpServerResponse answer = silent.get();
    gateway.upstreams.vertx().runOnContext(v -> answer.setChunked(true).write(Buffer.buffer("a")));
    HttpClientResponse response = get(call.response());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.getHeader("grpc-status")).isNull();
    call.reset();
  }

  @Test
  void aCallWithoutAnyProgressEndsAfterTheIdleTimeout() throws Exception {
    gateway.upstreams.main.raw(HttpServerRequest::pause);
    start("10m", "2s");
    HttpClientRequest call = get(open(client(), "/a.B/Silent", "application/grpc"));
    assertThat(get(call.response()).getHeader("grpc-status")).isEqualTo("2");
    await().until(() -> gateway.metric("gateway_requests_in_flight") == 0);
  }
}
