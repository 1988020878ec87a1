package io.canarygateway.message;

import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.core.eventbus.EventBus;
import java.util.Map;
import java.util.TreeMap;

/**
 * Publishes the health of one or more components at {@link Addresses#HEALTH}, within the process. A
 * report that equals the component's last one is not published. Each message at {@link
 * Addresses#HEALTH_ASK} makes the last report of every component be published again. Created and
 * used on one context; a verticle's reporter ends with the verticle.
 */
public final class HealthReporter {

  private final EventBus bus;
  private final Map<String, ComponentHealth> last = new TreeMap<>();

  /**
   * Creates a reporter that answers {@link Addresses#HEALTH_ASK} from now on.
   *
   * @param bus the event bus of the process, with {@link MessageCodecs} registered
   */
  public HealthReporter(EventBus bus) {
    this.bus = bus;
    bus.localConsumer(Addresses.HEALTH_ASK, message -> last.values().forEach(this::publish));
  }

  /**
   * Publishes a component's health, unless it is the same as before.
   *
   * @param component the component's name, such as {@code proxy}
   * @param status how well the component does its work
   * @param detail one line for operators, or an empty string
   */
  public void report(String component, Status status, String detail) {
    ComponentHealth health = new ComponentHealth(component, status, detail);
    if (!health.equals(last.put(component, health))) {
      publish(health);
    }
  }

  private void publish(ComponentHealth health) {
    bus.publish(Addresses.HEALTH, health, Addresses.WITHIN_PROCESS);
  }
}
