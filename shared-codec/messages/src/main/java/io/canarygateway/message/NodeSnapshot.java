package io.canarygateway.message;

import java.util.Map;

/**
 * The settings of a node. Revisions of different nodes cannot be compared.
 *
 * @param node the id of the node, new with each start
 * @param revision grows by one with each change on that node
 * @param values flag name to text, of the flags that are set only
 */
public record NodeSnapshot(String node, long revision, Map<String, String> values) {

  public NodeSnapshot {
    values = Map.copyOf(values);
  }
}
