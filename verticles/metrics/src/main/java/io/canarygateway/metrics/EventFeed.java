package io.canarygateway.metrics;

import io.canarygateway.config.RouteConfig;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.JournalEntry;
import io.canarygateway.message.ReleaseVerdict;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes events of what this process learns. On one context. */
final class EventFeed {

  private final EventStreams streams;
  private final Map<String, ComponentHealth> healths = new HashMap<>();
  private @Nullable ConfigSnapshot before;

  EventFeed(EventStreams streams) {
    this.streams = streams;
  }

  Future<?> start(Vertx vertx) {
    return Future.all(
        vertx
            .eventBus()
            .<JournalEntry>localConsumer(
                Addresses.JOURNAL, message -> streams.send("journal", FlagJsons.of(message.body())))
            .completion(),
        vertx
            .eventBus()
            .<ReleaseVerdict>consumer(
                Addresses.CLUSTER_RELEASE_VERDICTS,
                message -> streams.send("release", of(message.body())))
            .completion());
  }

  private static JsonObject of(ReleaseVerdict verdict) {
    return new JsonObject()
        .put("route", RouteNames.shown(verdict.route()))
        .put("version", verdict.version())
        .put("verdict", verdict.verdict())
        .put("observed", verdict.observed())
        .put("node", verdict.node())
        .put("by", verdict.by())
        .put("time", Instant.ofEpochMilli(verdict.atMillis()).toString());
  }

  /** Reports a component's health if it is not what it was. */
  void health(ComponentHealth health) {
    if (!health.equals(healths.put(health.component(), health))) {
      streams.send(
          "health",
          new JsonObject()
              .put("id", health.component())
              .put("status", health.status().name())
              .put("detail", health.detail()));
    }
  }

  /** Reports a node that has come, has changed, or is gone. */
  void node(JsonObject node, boolean gone) {
    streams.send("node", node.put("gone", gone));
  }

  /** Reports the routes whose settings have changed. */
  void settings(ConfigSnapshot now) {
    ConfigSnapshot last = before;
    before = now;
    if (last == null) {
      return;
    }
    Map<String, RouteConfig> old = byName(last);
    Map<String, RouteConfig> current = byName(now);
    TreeSet<String> names = new TreeSet<>(old.keySet());
    names.addAll(current.keySet());
    for (String name : names) {
      RouteConfig route = current.get(name);
      if (route == null || !route.equals(old.get(name))) {
        streams.send(
            "route",
            new JsonObject()
                .put("name", RouteNames.shown(name))
                .put("revision", now.revision())
                .put("removed", route == null));
      }
    }
  }

  private static Map<String, RouteConfig> byName(ConfigSnapshot snapshot) {
    Map<String, RouteConfig> routes = new HashMap<>();
    snapshot.config().routes().all().forEach(route -> routes.put(route.name(), route));
    return routes;
  }
}
