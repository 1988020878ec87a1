package io.canarygateway.proxy;

import io.canarygateway.decision.Target;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells why upstreams fail: the first failure at once, then at most one line a second for each
 * target, with the number of those left out. On one event loop.
 */
final class FailureLog {

  private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);
  private static final long INTERVAL_NANOS = 1_000_000_000L;

  private static final class Recent {
    private long loggedNanos = System.nanoTime() - INTERVAL_NANOS;
    private long leftOut;
  }

  private final Map<Target, Recent> recent = new EnumMap<>(Target.class);

  FailureLog() {
    for (Target target : Target.values()) {
      recent.put(target, new Recent());
    }
  }

  void failed(Target target, String server, String cause) {
    Recent last = recent.get(target);
    long now = System.nanoTime();
    if (now - last.loggedNanos < INTERVAL_NANOS) {
      last.leftOut++;
      return;
    }
    LOG.atWarn()
        .addKeyValue("to", target.label())
        .addKeyValue("server", server)
        .addKeyValue("cause", cause)
        .addKeyValue("left_out", last.leftOut)
        .log("proxy error");
    last.loggedNanos = now;
    last.leftOut = 0;
  }
}
