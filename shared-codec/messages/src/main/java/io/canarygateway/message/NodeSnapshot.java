package io.canarygateway.message;

import java.util.Map;

/**
 * The settings of a node. Revisions of different nodes cannot be compared.
 *
 * @param node the node's id, new with each start
 * @param revision the revision on that node; grows by one with each change
 * @param values flag names to texts, only of the flags that are set
 */
public record NodeSnapshot(String node, long revision, Map<String, String> values) {

  /**
   * Copies the map.
   *
   * @param node the node's id, new with each start
   * @param revision the revision on that node; grows by one with each change
   * @param values flag names to texts, only of the flags that are set
   */
  public NodeSnapshot {
    values = Map.copyOf(values);
  }
}
