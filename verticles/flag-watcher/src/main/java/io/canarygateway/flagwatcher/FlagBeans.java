package io.canarygateway.flagwatcher;

import io.canarygateway.flags.Flag;
import io.vertx.core.Context;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MBeans of all flags, such as {@code io.canarygateway:type=Flag,name="log.level"}. A second
 * gateway in the same JVM has the domain {@code io.canarygateway2}. Blocks; on a worker.
 */
final class FlagBeans {

  private static final Logger LOG = LoggerFactory.getLogger(FlagBeans.class);
  private static final String DOMAIN = "io.canarygateway";

  private final List<ObjectName> registered = new ArrayList<>();

  void register(FlagStore store, Context context, FlagBean.Overrides overrides) {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    try {
      String domain = DOMAIN;
      for (int number = 2; !server.queryNames(pattern(domain), null).isEmpty(); number++) {
        domain = DOMAIN + number;
      }
      for (Flag<?> flag : store.registry().flags()) {
        ObjectName name =
            new ObjectName(domain + ":type=Flag,name=" + ObjectName.quote(flag.name()));
        server.registerMBean(new FlagBean<>(flag, context, store, overrides), name);
        registered.add(name);
      }
    } catch (JMException e) {
      LOG.warn("flags cannot be set by JMX", e);
    }
  }

  private static ObjectName pattern(String domain) throws JMException {
    return new ObjectName(domain + ":type=Flag,*");
  }

  void unregister() {
    if (registered.isEmpty()) {
      return; // The first use of JMX would take some 50 ms.
    }
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    for (ObjectName name : registered) {
      try {
        server.unregisterMBean(name);
      } catch (JMException e) {
        LOG.warn("the MBean {} cannot be removed", name, e);
      }
    }
    registered.clear();
  }
}
