package io.canarygateway.flagwatcher;

import static org.awaitility.Awaitility.await;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.RouteConfig;
import io.canarygateway.config.RoutingConfig;
import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.VerticleHost;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.FlagReport;
import io.canarygateway.message.FlagReport.FlagState;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A flag watcher, and the newest snapshot that it has published. */
final class WatcherFixture implements AutoCloseable {

  private final VerticleHost host = VerticleHost.withoutSettings();
  private final AtomicReference<ConfigSnapshot> newest = new AtomicReference<>();
  private final List<ConfigSnapshot> published = new CopyOnWriteArrayList<>();

  private WatcherFixture() {}

  /**
   * Starts one.
   *
   * @param config as in a configuration file; it needs no targets
   */
  static WatcherFixture start(JsonObject config) throws ConfigException {
    return start(config, null);
  }

  /**
   * Starts one that follows a file.
   *
   * @param document the file with the configuration
   */
  static WatcherFixture start(JsonObject config, @Nullable Path document) throws ConfigException {
    FlagWatcherConfig settings =
        new FlagWatcherConfig(
            VerticleHost.values(config),
            document,
            UUID.randomUUID().toString(),
            FlagWatcherConfig.DEFAULT_POLL_PERIOD);
    WatcherFixture fixture = new WatcherFixture();
    try {
      fixture
          .host
          .bus()
          .<ConfigSnapshot>localConsumer(
              Addresses.SNAPSHOT,
              message -> {
                fixture.published.add(message.body());
                fixture.newest.set(message.body());
              });
      fixture.host.deploy(new FlagWatcherVerticle(settings, fixture.host.registry()));
      fixture.newest.compareAndSet(
          null,
          Await.result(fixture.host.bus().<ConfigSnapshot>request(Addresses.SNAPSHOT_GET, ""))
              .body());
      return fixture;
    } catch (Exception e) {
      fixture.close();
      throw e;
    }
  }

  /** The settings that all verticles have been given last, up to this call. */
  GatewayConfig config() {
    host.awaitTurns();
    return newest.get().config();
  }

  /** A route; empty if there is none of that name. */
  Optional<RouteConfig> route(String name) {
    return config().routes().find(name);
  }

  /** Where these settings send requests: {@code main}, {@code canary}, or the strategy's name. */
  String target() {
    RoutingConfig routing = config().routing();
    return switch (routing.strategy()) {
      case MAIN -> "main";
      case CANARY -> "canary";
      default -> routing.strategy().toString();
    };
  }

  /** All snapshots that were published after the first one. */
  List<ConfigSnapshot> published() {
    return published;
  }

  /** Publishes a message within the process. */
  void publish(String address, Object message) {
    host.bus().publish(address, message, Addresses.WITHIN_PROCESS);
  }

  /** Asks a question within the process; fails as the watcher does. */
  <T> T ask(String address, Object question) {
    return Await.result(host.bus().<T>request(address, question)).body();
  }

  FlagReport report() {
    return Await.result(host.bus().<FlagReport>request(Addresses.FLAGS_GET, "")).body();
  }

  /** The value of a flag as people see it. */
  String flag(String name) {
    return report().flags().stream()
        .filter(flag -> flag.name().equals(name))
        .map(FlagState::currentValue)
        .findFirst()
        .orElseThrow();
  }

  double revision() {
    return metric("gateway_config_revision");
  }

  /** What a source last said of its health. */
  ComponentHealth health(String source) {
    // The source may run before its first message has arrived.
    return await().until(() -> host.health(source), Objects::nonNull);
  }

  String metrics() {
    return host.metrics();
  }

  double metric(String series) {
    return host.metric(series);
  }

  @Override
  public void close() {
    host.close();
  }
}
