package io.canarygateway.breaker;

import io.canarygateway.config.ClusterConfig;
import io.canarygateway.config.ClusterLimits;
import io.canarygateway.decision.Admission;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.Reservation;
import io.canarygateway.store.StateKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Nodes that share limits through a {@link SimulatedStore}, in simulated time, from one seed. */
final class SimulatedCluster {

  static final int NODES = 3;
  private static final String GENERATION = "g";
  static final StateKey KEY = StateKey.breaker("cluster", "app", GENERATION);

  final SimulatedTime time = new SimulatedTime();
  final Random random;
  final SimulatedStore store;
  final List<Node> nodes = new ArrayList<>();
  BreakerLimits limits;
  Duration window;
  private int started;

  /** The times of the requests that the limits admitted, in nanoseconds. */
  final Deque<Long> admitted = new ArrayDeque<>();

  /** The times of the errors of requests that the limits admitted. */
  final Deque<Long> failed = new ArrayDeque<>();

  SimulatedCluster(long seed, BreakerLimits limits, Duration window) {
    random = new Random(seed);
    store = new SimulatedStore(time, random);
    this.limits = limits;
    this.window = window;
    for (int i = 0; i < NODES; i++) {
      nodes.add(new Node());
    }
  }

  void use(BreakerLimits newLimits, Duration newWindow) {
    limits = newLimits;
    window = newWindow;
    nodes.forEach(node -> node.keeper.use(limits, window, GENERATION));
  }

  private static LimitMeters meters() {
    LimitMeters meters = new LimitMeters(new SimpleMeterRegistry(), "");
    meters.begin();
    return meters;
  }

  /** One node: a keeper of leases and a breaker. */
  final class Node {

    final SimulatedTime.OfNode timing = time.new OfNode();
    final LeasedBreaker breaker = new LeasedBreaker(timing::nanoTime);
    final LeaseKeeper keeper =
        new LeaseKeeper(
            timing,
            new BreakerConfig(
                "node" + ++started,
                Optional.of(ClusterLimits.ETCD),
                "cluster",
                NODES,
                new ClusterConfig.Place(0, false),
                "app",
                new BreakerConfig.Route("", "app"),
                Optional.empty(),
                Optional.empty(),
                true),
            store.of(timing),
            breaker,
            new LeaseMetrics(meters(), breaker));

    Node() {
      keeper.use(limits, window, GENERATION);
      tick();
    }

    private void tick() {
      keeper.tick();
      timing.after(100, this::tick);
    }

    /**
     * A request.
     *
     * @return why it went to main; null if it went to canary
     */
    DecisionReason request(boolean fails, long durationMicros) {
      Admission admission = breaker.admit(limits);
      if (admission instanceof Admission.Refused refused) {
        return refused.reason();
      }
      admitted.add(time.nanoTime());
      Reservation reservation = ((Admission.Granted) admission).reservation();
      if (fails) {
        // Canary fails it also if this node is killed meanwhile.
        time.afterMicros(durationMicros, () -> failed.add(time.nanoTime()));
      }
      timing.later(durationMicros, () -> reservation.settle(fails));
      return null;
    }
  }

  /** Requests at random nodes, one each 200 microseconds on average. */
  void traffic(int count, int failPercent, int xCanaryPercent) {
    for (int i = 0; i < count; i++) {
      time.afterMicros(
          random.nextInt(count * 200),
          () -> {
            Node node = nodes.get(random.nextInt(nodes.size()));
            if (node.timing.paused()) {
              return;
            }
            boolean fails = random.nextInt(100) < failPercent;
            if (random.nextInt(100) < xCanaryPercent) {
              Reservation passed = node.breaker.bypass();
              node.timing.later(random.nextInt(20_000), () -> passed.settle(fails));
            } else {
              node.request(fails, random.nextInt(20_000));
            }
          });
    }
  }

  void kill(int node) {
    nodes.remove(node).timing.kill();
  }

  void leave(int node) {
    Node leaving = nodes.remove(node);
    time.pass(30); // Its requests end first.
    leaving.keeper.stop();
  }

  /** The most events within any window. */
  static int most(Iterable<Long> times, Duration window) {
    Deque<Long> within = new ArrayDeque<>();
    int most = 0;
    for (long at : times) {
      within.add(at);
      while (!window.isZero() && at - within.getFirst() >= window.toNanos()) {
        within.removeFirst();
      }
      most = Math.max(most, within.size());
    }
    return most;
  }
}
