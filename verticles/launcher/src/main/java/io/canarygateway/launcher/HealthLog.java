package io.canarygateway.launcher;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.core.eventbus.EventBus;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each change of a component's health. On one context. */
final class HealthLog {

  private static final Logger LOG = LoggerFactory.getLogger(HealthLog.class);

  private final Map<String, ComponentHealth> last = new HashMap<>();

  void follow(EventBus bus) {
    bus.<ComponentHealth>localConsumer(Addresses.HEALTH, message -> log(message.body()));
  }

  /** While a component is up, changes of its detail are for {@code /health/ready} only. */
  private void log(ComponentHealth now) {
    ComponentHealth before = last.put(now.component(), now);
    boolean stillUp = before != null && before.status() == Status.UP && now.status() == Status.UP;
    if (!now.equals(before) && !stillUp) {
      (now.status() == Status.DEGRADED ? LOG.atWarn() : LOG.atInfo())
          .addKeyValue("component", now.component())
          .addKeyValue("status", now.status())
          .addKeyValue("detail", now.detail())
          .log("health");
    }
  }
}
