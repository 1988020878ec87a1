package io.canarygateway.metrics;

import io.canarygateway.message.ComponentHealth;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The last word of each component about itself; on one context. */
final class HealthBoard {

  private final Map<String, ComponentHealth> components = new TreeMap<>();

  /** A board that waits for the word of the components that are required. */
  HealthBoard(Set<String> required) {
    required.forEach(
        component -> components.put(component, new ComponentHealth(component, false, "starting")));
  }

  void update(ComponentHealth health) {
    components.put(health.component(), health);
  }

  boolean ready() {
    return components.values().stream().allMatch(ComponentHealth::ready);
  }

  Iterable<ComponentHealth> components() {
    return components.values();
  }
}
