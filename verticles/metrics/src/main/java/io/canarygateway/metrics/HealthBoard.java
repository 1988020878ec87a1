package io.canarygateway.metrics;

import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The last word of each component about itself; on one context. */
final class HealthBoard {

  private final Map<String, ComponentHealth> components = new TreeMap<>();

  /** A board that waits for the word of the components that are required. */
  HealthBoard(Set<String> required) {
    required.forEach(
        component -> components.put(component, ComponentHealth.of(component, false, "starting")));
  }

  void update(ComponentHealth health) {
    components.put(health.component(), health);
  }

  /** The worst of all. */
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
