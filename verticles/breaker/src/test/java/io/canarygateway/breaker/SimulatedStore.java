package io.canarygateway.breaker;

import io.canarygateway.store.Revision;
import io.canarygateway.store.State;
import io.canarygateway.store.StateKey;
import io.canarygateway.store.StateStore;
import io.canarygateway.store.StoreException;
import io.canarygateway.store.Watch;
import io.canarygateway.store.Watcher;
import io.canarygateway.store.WriteResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A store whose answers and writes are late, lost, or both, in simulated time. What is lost may
 * still happen, up to a second after the caller was told that it failed.
 */
final class SimulatedStore {

  private static final long TIMEOUT_MICROS = 100_000;

  private final SimulatedTime time;
  private final Random random;
  private final Map<StateKey, State> states = new HashMap<>();
  private final List<Watching> watches = new ArrayList<>();
  private long revision;
  private int lostPercent;

  private record Watching(SimulatedTime.OfNode node, StateKey key, Watcher watcher) {}

  SimulatedStore(SimulatedTime time, Random random) {
    this.time = time;
    this.random = random;
  }

  /** How many of a hundred calls get no answer. */
  void lose(int percent) {
    lostPercent = percent;
    if (percent == 0) {
      watches.forEach(this::report);
    }
  }

  State state(StateKey key) {
    return states.getOrDefault(key, State.NONE);
  }

  /** The keys that are watched, each as often as it is. */
  List<StateKey> watched() {
    return watches.stream().map(Watching::key).toList();
  }

  /** The keys that have a state. */
  Set<StateKey> keys() {
    return states.keySet();
  }

  void delete(StateKey key) {
    states.remove(key);
    changed(key);
  }

  private boolean lost() {
    return random.nextInt(100) < lostPercent;
  }

  private void changed(StateKey key) {
    watches.stream().filter(watching -> watching.key().equals(key)).forEach(this::report);
  }

  /** A state as it is now, which may be an old one when it arrives. */
  private void report(Watching watching) {
    if (!lost()) {
      State now = state(watching.key());
      watching
          .node()
          .later(
              500 + random.nextInt(3_000),
              () -> {
                if (watches.contains(watching)) {
                  watching.watcher().state(now);
                }
              });
    }
  }

  StateStore of(SimulatedTime.OfNode node) {
    return new StateStore() {
      @Override
      public String engine() {
        return "simulated";
      }

      @Override
      public Future<State> read(StateKey key) {
        Promise<State> read = Promise.promise();
        if (lost()) {
          node.later(TIMEOUT_MICROS, () -> read.fail(new StoreException("lost", null)));
        } else {
          time.afterMicros(
              1 + random.nextInt(2_000),
              () -> {
                State now = state(key);
                node.later(1 + random.nextInt(2_000), () -> read.complete(now));
              });
        }
        return read.future();
      }

      @Override
      public Future<WriteResult> compareAndSet(StateKey key, Revision expected, String text) {
        Promise<WriteResult> wrote = Promise.promise();
        boolean answerLost = lost();
        boolean writeLost = answerLost && random.nextBoolean();
        long late = answerLost && random.nextBoolean() ? 1_000_000 : 2_000;
        if (answerLost) {
          node.later(TIMEOUT_MICROS, () -> wrote.fail(new StoreException("lost", null)));
        }
        if (!writeLost) {
          time.afterMicros(
              1 + random.nextInt((int) late),
              () -> {
                WriteResult result = write(key, expected, text);
                if (!answerLost) {
                  node.later(1 + random.nextInt(2_000), () -> wrote.complete(result));
                }
              });
        }
        return wrote.future();
      }

      private WriteResult write(StateKey key, Revision expected, String text) {
        State now = state(key);
        if (!now.revision().equals(expected)) {
          return new WriteResult.Conflict(now);
        }
        State next = new State(new Revision("" + ++revision), text);
        states.put(key, next);
        changed(key);
        return new WriteResult.Written(next.revision());
      }

      @Override
      public Watch watch(StateKey key, Watcher watcher) {
        Watching watching = new Watching(node, key, watcher);
        watches.add(watching);
        report(watching);
        return () -> watches.remove(watching);
      }

      @Override
      public Future<Void> close() {
        return Future.succeededFuture();
      }
    };
  }
}
