package io.canarygateway.flagwatcher;

import io.canarygateway.config.Settings;
import io.canarygateway.flags.Flag;
import io.vertx.core.Context;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MBeans of all flags, such as {@code io.canarygateway:type=Flag,name="log.level"}. Those of
 * routes' flags come and go with the flags' values. A second gateway in the same JVM has the domain
 * {@code io.canarygateway2}. Blocks; one call after the other on workers.
 */
final class FlagBeans {

  private static final Logger LOG = LoggerFactory.getLogger(FlagBeans.class);
  private static final String DOMAIN = "io.canarygateway";

  /** The beans by flag. */
  private final Map<String, ObjectName> registered = new HashMap<>();

  private String domain = DOMAIN;

  /** Finds the flag of a name and makes its bean; null until {@link #register}. */
  private @Nullable Function<String, FlagBean<?>> beans;

  private boolean closed;

  /** Registers the beans of the flags that are declared by name. */
  void register(FlagStore store, Context context, FlagBean.Overrides overrides) {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    try {
      for (int number = 2; !server.queryNames(pattern(domain), null).isEmpty(); number++) {
        domain = DOMAIN + number;
      }
    } catch (JMException e) {
      LOG.warn("flags cannot be set by JMX", e);
      return;
    }
    beans = name -> new FlagBean<>(flag(store, name), context, store, overrides);
    store.registry().byName().keySet().forEach(name -> add(server, name));
  }

  private static Flag<?> flag(FlagStore store, String name) {
    return store.registry().declared(name).orElseThrow();
  }

  private static ObjectName pattern(String domain) throws JMException {
    return new ObjectName(domain + ":type=Flag,*");
  }

  /**
   * Makes the beans of routes' flags be those of flags that are set, and {@code routes.NAME} of
   * each route.
   *
   * @param set the names of all flags that are set
   */
  void update(Set<String> set) {
    if (beans == null || closed) {
      return;
    }
    Set<String> wanted = new HashSet<>();
    for (String name : set) {
      Settings.routeOf(name)
          .ifPresent(
              route -> {
                wanted.add(name);
                if (name.equals(Settings.matchOf(route))) {
                  wanted.add(Settings.wholeOf(route));
                }
              });
    }
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    for (String name : List.copyOf(registered.keySet())) {
      if (isOfRoute(name) && !wanted.remove(name)) {
        remove(server, name);
      }
    }
    wanted.forEach(name -> add(server, name));
  }

  private static boolean isOfRoute(String name) {
    return Settings.routeOf(name).isPresent();
  }

  private void add(MBeanServer server, String name) {
    Function<String, FlagBean<?>> made = beans;
    if (made == null || closed) {
      return;
    }
    try {
      ObjectName bean = new ObjectName(domain + ":type=Flag,name=" + ObjectName.quote(name));
      server.registerMBean(made.apply(name), bean);
      registered.put(name, bean);
    } catch (JMException e) {
      LOG.warn("the flag {} cannot be set by JMX", name, e);
    }
  }

  private void remove(MBeanServer server, String name) {
    try {
      server.unregisterMBean(registered.remove(name));
    } catch (JMException e) {
      LOG.warn("the MBean of {} cannot be removed", name, e);
    }
  }

  /** Removes all beans, for ever. */
  void unregister() {
    closed = true;
    if (registered.isEmpty()) {
      return; // The first use of JMX would take some 50 ms.
    }
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    List.copyOf(registered.keySet()).forEach(name -> remove(server, name));
  }
}
