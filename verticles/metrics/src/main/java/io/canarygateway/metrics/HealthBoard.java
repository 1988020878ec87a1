package io.canarygateway.metrics;

import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.NodeHealth;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The last {@link ComponentHealth} of each component. On one context, but for the gauges {@code
 * gateway_health_status}, which any thread may read.
 */
final class HealthBoard {

  private static final int MAX_DETAIL = 1_000;

  private final Map<String, ComponentHealth> components = new TreeMap<>();
  private volatile Status worst;

  /**
   * Creates a board.
   *
   * @param registry gets the gauges
   * @param required the components that are {@code DOWN} until their first report
   */
  HealthBoard(MeterRegistry registry, Set<String> required) {
    required.forEach(
        component -> components.put(component, ComponentHealth.of(component, false, "starting")));
    worst = status();
    for (Status status : Status.values()) {
      Gauge.builder("gateway_health_status", this, board -> board.worst == status ? 1 : 0)
          .description("1 for the worst status of all components")
          .tag("status", status.name())
          .register(registry);
    }
  }

  void update(ComponentHealth health) {
    components.put(health.component(), health);
    worst = status();
  }

  /** The worst status of all components. */
  Status status() {
    return components.values().stream()
        .map(ComponentHealth::status)
        .max(Comparator.naturalOrder())
        .orElse(Status.UP);
  }

  /** The last health of each component, by name. */
  List<ComponentHealth> all() {
    return List.copyOf(components.values());
  }

  /** The health of this node as a whole. */
  NodeHealth ofNode(String node) {
    String detail =
        components.values().stream()
            .filter(component -> component.status() != Status.UP)
            .map(component -> component.component() + ": " + component.detail())
            .collect(Collectors.joining("; "));
    return new NodeHealth(
        node,
        status(),
        detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) + "…" : detail);
  }

  JsonObject toJson() {
    JsonArray checks = new JsonArray();
    for (ComponentHealth component : components.values()) {
      checks.add(
          new JsonObject()
              .put("id", component.component())
              .put("status", component.status())
              .put("data", new JsonObject().put("detail", component.detail())));
    }
    return new JsonObject().put("status", status()).put("checks", checks);
  }
}
