package io.canarygateway.release;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.NodeScores;
import io.canarygateway.message.ReleaseScores;
import io.vertx.core.eventbus.EventBus;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Sends the outcomes of this node to all nodes of a cluster, and takes theirs. So each node counts
 * the same, and each can revert. On one context.
 */
final class NodeExchange {

  private final EventBus bus;
  private final String node;
  private final boolean judging;
  private final Outboxes outboxes = new Outboxes();
  private final Inbox inbox = new Inbox();
  private final HeardNodes heard = new HeardNodes();

  NodeExchange(EventBus bus, String node, boolean judging) {
    this.bus = bus;
    this.node = node;
    this.judging = judging;
  }

  HeardNodes heard() {
    return heard;
  }

  /**
   * Takes the releases that there are.
   *
   * @param versions the versions by route
   */
  void use(Map<String, String> versions) {
    outboxes.use(versions);
  }

  /** Copies what an event loop of this process has sent. */
  void add(String source, ReleaseScores.OfRoute scores, Outbox.Filter filter, long nowNanos) {
    outboxes.add(source, scores, filter, nowNanos);
  }

  /** Sends what there is. Called every 50 ms. */
  void send(long nowNanos) {
    bus.publish(
        Addresses.CLUSTER_RELEASE_SCORES, new NodeScores(node, judging, outboxes.take(nowNanos)));
  }

  /**
   * Takes what a node has sent.
   *
   * @param releases finds what counts the outcomes of a version on a route
   * @return whether it is a node that was not known, and this node kept the evidence until now
   */
  boolean receive(
      NodeScores scores, BiFunction<String, String, Optional<Scores>> releases, long nowNanos) {
    if (scores.node().equals(node) || !inbox.accepts(scores)) {
      return false;
    }
    for (NodeScores.OfRoute route : scores.routes()) {
      releases
          .apply(route.route(), route.version())
          .ifPresent(
              counting ->
                  route
                      .streams()
                      .forEach(stream -> Inbox.add(scores.node(), stream, counting, nowNanos)));
    }
    boolean first = heard.isFirst(node, nowNanos);
    return scores.judging() && heard.heard(scores.node(), nowNanos) && first;
  }

  /** How many outcomes other nodes will not get because too many waited. */
  long dropped() {
    return outboxes.dropped();
  }
}
