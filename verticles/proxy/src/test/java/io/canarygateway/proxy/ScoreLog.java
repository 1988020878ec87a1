package io.canarygateway.proxy;

import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.Gateway;
import io.canarygateway.judge.Outcome;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ReleaseScores;
import io.canarygateway.message.ReleaseScores.Segment;
import io.vertx.core.eventbus.EventBus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** All scores that the event loops of a proxy have published. */
final class ScoreLog {

  /** One outcome, unpacked. */
  record Scored(
      String source,
      String route,
      String version,
      double weight,
      double client,
      long admittedNanos,
      boolean canary,
      boolean failed,
      int exceeded) {

    /** The parts that most tests are about, such as {@code canary 0.1 failed}. */
    String text() {
      return (canary ? "canary " : "main ") + client + (failed ? " failed" : "");
    }
  }

  private final List<ReleaseScores> messages = new CopyOnWriteArrayList<>();

  private ScoreLog() {}

  static ScoreLog of(EventBus bus) {
    ScoreLog log = new ScoreLog();
    Await.result(
        bus.<ReleaseScores>localConsumer(
                Addresses.RELEASE_SCORES, message -> log.messages.add(message.body()))
            .completion());
    return log;
  }

  List<ReleaseScores> messages() {
    return messages;
  }

  /** The outcomes so far. */
  List<Scored> all() {
    List<Scored> all = new ArrayList<>();
    for (ReleaseScores message : messages) {
      for (ReleaseScores.OfRoute route : message.routes()) {
        route.segments().forEach(segment -> add(all, message.source(), route, segment));
      }
    }
    return all;
  }

  private static void add(
      List<Scored> all, String source, ReleaseScores.OfRoute route, Segment segment) {
    for (int i = 0; i < segment.size(); i++) {
      byte outcome = segment.outcomes()[i];
      all.add(
          new Scored(
              source,
              route.route(),
              route.version(),
              segment.weight(),
              Double.longBitsToDouble(segment.clients()[i]),
              segment.admittedNanos()[i],
              Outcome.isCanary(outcome),
              Outcome.isFailed(outcome),
              Outcome.exceeded(outcome)));
    }
  }

  /** The outcomes of all requests that were admitted before the call. */
  List<Scored> settled() {
    long now = System.nanoTime();
    await()
        .until(
            () -> watermarks().values().stream().filter(each -> each >= now).count(),
            count -> count == Gateway.EVENT_LOOPS);
    return all();
  }

  List<String> settledTexts() {
    return settled().stream().map(Scored::text).toList();
  }

  /** The last watermark of each event loop. */
  Map<String, Long> watermarks() {
    Map<String, Long> last = new HashMap<>();
    for (ReleaseScores message : messages) {
      message.routes().forEach(each -> last.put(message.source(), each.watermarkNanos()));
    }
    return last;
  }
}
