package io.canarygateway.release;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The other nodes that judge releases and were heard lately. On one context. */
final class HeardNodes {

  /** A node that was not heard for so long does not count. */
  static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(3);

  private static final int MOST = 1_000;

  private final Map<String, Long> heardNanos = new HashMap<>();

  /**
   * Notes that a node was heard.
   *
   * @return whether it was not known
   */
  boolean heard(String node, long nowNanos) {
    forget(nowNanos);
    return (heardNanos.containsKey(node) || heardNanos.size() < MOST)
        && heardNanos.put(node, nowNanos) == null;
  }

  /** Whether no other node was heard. */
  boolean isAlone(long nowNanos) {
    forget(nowNanos);
    return heardNanos.isEmpty();
  }

  /** Whether no node with a smaller id was heard. */
  boolean isFirst(String node, long nowNanos) {
    forget(nowNanos);
    return heardNanos.keySet().stream().noneMatch(each -> each.compareTo(node) < 0);
  }

  private void forget(long nowNanos) {
    heardNanos.values().removeIf(heard -> nowNanos - heard > SILENT_NANOS);
  }
}
