package io.canarygateway.metrics;

import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The last {@link ComponentHealth} of each component. On one context. */
final class HealthBoard {

  private final Map<String, ComponentHealth> components = new TreeMap<>();

  /**
   * Creates a board.
   *
   * @param required the components that are {@code DOWN} until their first report
   */
  HealthBoard(Set<String> required) {
    required.forEach(
        component -> components.put(component, ComponentHealth.of(component, false, "starting")));
  }

  void update(ComponentHealth health) {
    components.put(health.component(), health);
  }

  /** The worst status of all components. */
  Status status() {
    return components.values().stream()
        .map(ComponentHealth::status)
        .max(Comparator.naturalOrder())
        .orElse(Status.UP);
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
