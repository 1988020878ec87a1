package io.canarygateway.sidecar;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.ConfigReader;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.Header;
import io.canarygateway.message.MessageCodecs;
import io.canarygateway.message.SidecarReply;
import io.canarygateway.message.SidecarRequest;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.canarygateway.snapshot.SnapshotCodec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One {@link SidecarClientVerticle}, asked over the event bus, and a sidecar on a real socket. */
final class SidecarFixture implements AutoCloseable {

  private static final long MOST_SECONDS = 20;

  final ScriptedSidecar sidecar = new ScriptedSidecar();
  private final VertxSockets sockets = new VertxSockets();
  private final Vertx vertx = sockets.vertx(2);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private volatile ConfigSnapshot snapshot;

  /**
   * A client that is deployed.
   *
   * @param client members of {@code proxy-client.to-sidecar}
   */
  SidecarFixture(String client) throws IOException, ConfigException {
    MessageCodecs.register(vertx.eventBus());
    SnapshotCodec.register(vertx.eventBus());
    snapshot = snapshot(1, sidecar.url(), client);
    vertx
        .eventBus()
        .localConsumer(
            Addresses.SNAPSHOT_GET, (Message<Object> question) -> question.reply(snapshot));
    result(
        vertx.deployVerticle(
            SidecarClientVerticle.supplier(1, registry, sockets), new DeploymentOptions()));
  }

  private static ConfigSnapshot snapshot(long revision, String url, String client)
      throws ConfigException {
    return ConfigSnapshot.of(
        revision,
        ConfigReader.read(
            """
            {"main-target": "http://127.0.0.1:1", "canary-target": "http://127.0.0.1:1",
             "sidecar-url": "%s", "proxy-client": {"to-sidecar": {%s}}}
            """
                .formatted(url, client)));
  }

  /** Publishes other settings. */
  void settings(String url, String client) throws ConfigException {
    snapshot = snapshot(snapshot.revision() + 1, url, client);
    vertx.eventBus().publish(Addresses.SNAPSHOT, snapshot, Addresses.WITHIN_PROCESS);
  }

  SidecarRequest get(String path, Header... headers) {
    return request("GET", path, "", Buffer.buffer(), headers);
  }

  SidecarRequest post(String body) {
    return request("POST", "/", "", Buffer.buffer(body));
  }

  SidecarRequest request(String method, String path, String query, Buffer body, Header... headers) {
    return new SidecarRequest(method, path, query, List.of(headers), body, sidecar.url());
  }

  /** Asks, without waiting for the reply. */
  Future<SidecarReply> ask(SidecarRequest request) {
    return vertx
        .eventBus()
        .<SidecarReply>request(Addresses.SIDECAR_ASK, request)
        .map(Message::body);
  }

  SidecarReply reply(SidecarRequest request) {
    return result(ask(request));
  }

  /** The value of {@code gateway_sidecar_connections}. */
  double openConnections() {
    return registry.get("gateway_sidecar_connections").gauge().value();
  }

  /** Waits for the result of a future. */
  static <T> T result(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    result(vertx.close());
    sidecar.close();
  }
}
