package io.canarygateway.release;

import io.canarygateway.message.NodeScores;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the outcomes of other nodes. What no node can have sent is dropped. On one context. */
final class Inbox {

  private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

  private static final int MOST_ROUTES = 10_000;
  private static final int MOST_STREAMS = 1_024;
  private static final int MOST_NAME = 400;

  private boolean warned;

  /** Whether a message can be one of a node; else it is dropped, and the first one is logged. */
  boolean accepts(NodeScores scores) {
    boolean valid =
        isName(scores.node())
            && !scores.node().isEmpty()
            && scores.routes().size() <= MOST_ROUTES
            && scores.routes().stream().allMatch(Inbox::isValid)
            && outcomes(scores) <= Outboxes.MOST_OUTCOMES;
    if (!valid && !warned) {
      warned = true;
      LOG.atWarn().log("a node of the cluster sends outcomes of releases that cannot be read");
    }
    return valid;
  }

  private static boolean isName(String name) {
    return name.length() <= MOST_NAME;
  }

  private static boolean isValid(NodeScores.OfRoute route) {
    return isName(route.route())
        && isName(route.version())
        && route.streams().size() <= MOST_STREAMS
        && route.streams().stream().allMatch(Inbox::isValid);
  }

  private static boolean isValid(NodeScores.Stream stream) {
    return isName(stream.source())
        && stream.watermarkAgeMicros() >= 0
        && stream.watermarkAgeMicros() <= Integer.MAX_VALUE
        && stream.segments().stream().allMatch(Inbox::isValid);
  }

  private static boolean isValid(NodeScores.Segment segment) {
    return segment.weight() > 0
        && segment.weight() < 1
        && segment.outcomes().length() % NodeScores.OUTCOME_BYTES == 0;
  }

  private static long outcomes(NodeScores scores) {
    return scores.routes().stream()
        .flatMap(route -> route.streams().stream())
        .flatMap(stream -> stream.segments().stream())
        .mapToLong(segment -> segment.outcomes().length() / NodeScores.OUTCOME_BYTES)
        .sum();
  }

  /**
   * Adds the outcomes of one event loop of another node.
   *
   * @param nowNanos when the message came; ages count from here
   */
  static void add(String node, NodeScores.Stream stream, Scores scores, long nowNanos) {
    String source = node + "/" + stream.source();
    for (NodeScores.Segment segment : stream.segments()) {
      Buffer bytes = segment.outcomes();
      int size = bytes.length() / NodeScores.OUTCOME_BYTES;
      long[] clients = new long[size];
      long[] admitted = new long[size];
      byte[] outcomes = new byte[size];
      for (int i = 0; i < size; i++) {
        int at = i * NodeScores.OUTCOME_BYTES;
        clients[i] = bytes.getLong(at);
        int ageMicros = Math.max(0, bytes.getInt(at + Long.BYTES));
        admitted[i] = nowNanos - TimeUnit.MICROSECONDS.toNanos(ageMicros);
        outcomes[i] = bytes.getByte(at + Long.BYTES + Integer.BYTES);
      }
      scores.add(source, segment.weight(), size, clients, admitted, outcomes);
    }
    scores.watermark(source, nowNanos - TimeUnit.MICROSECONDS.toNanos(stream.watermarkAgeMicros()));
  }
}
