package io.canarygateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.Await;
import io.canarygateway.store.WriteResult.Conflict;
import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A writer that adds to a counter that others add to as well. The state is {@code TOTAL A B}, where
 * A and B are the parts of two writers. So a writer can see whether its own last write happened.
 */
final class Counter {

  private final StoreClient client;
  private final StateKey key;
  private final int part;
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger unknown = new AtomicInteger();

  /** A writer of part 1 or 2. */
  Counter(StoreClient client, StateKey key, int part) {
    this.client = client;
    this.key = key;
    this.part = part;
  }

  static int[] parse(State state) {
    String[] words = (state.exists() ? state.text() : "0 0 0").split(" ");
    return java.util.Arrays.stream(words).mapToInt(Integer::parseInt).toArray();
  }

  /** How many steps are done. */
  int done() {
    return done.get();
  }

  /** How many outcomes were unknown. */
  int unknown() {
    return unknown.get();
  }

  void count(int steps) {
    count(0, steps);
  }

  /** Takes the steps after one of them, up to another. */
  void count(int from, int to) {
    for (int step = from + 1; step <= to; step++) {
      increment(step);
      done.set(step);
    }
  }

  /** Takes more steps until somebody says that they are enough. */
  void countUntil(AtomicBoolean enough) {
    while (!enough.get()) {
      count(done(), done() + 1);
    }
  }

  private void increment(int step) {
    State state = readAnyway();
    while (true) {
      int[] counts = parse(state);
      assertThat(counts[part]).as("nobody else writes this part").isEqualTo(step - 1);
      counts[0]++;
      counts[part]++;
      String text = counts[0] + " " + counts[1] + " " + counts[2];
      WriteResult result = writeAnyway(state, text, step);
      if (!(result instanceof Conflict conflict)) {
        return;
      }
      state = conflict.current();
      if (parse(state)[part] == step) {
        return; // An earlier try with an unknown outcome had happened.
      }
    }
  }

  /** Repeats a write until its outcome is known. Each try replaces the same revision. */
  private WriteResult writeAnyway(State state, String text, int step) {
    boolean first = true;
    while (true) {
      Future<WriteResult> write = client.tryWrite(key, state.revision(), text);
      if (succeeds(write)) {
        WriteResult result = write.result();
        if (first && result instanceof Conflict conflict) {
          assertThat(parse(conflict.current())[part]).as("nothing written").isEqualTo(step - 1);
        }
        return result;
      }
      unknown.incrementAndGet();
      first = false;
    }
  }

  private State readAnyway() {
    while (true) {
      Future<State> read = client.tryRead(key);
      if (succeeds(read)) {
        return read.result();
      }
    }
  }

  private static boolean succeeds(Future<?> call) {
    return Await.result(
        call.transform(
            outcome -> {
              assertThat(outcome.cause())
                  .satisfiesAnyOf(
                      none -> assertThat(none).isNull(),
                      cause -> assertThat(cause).isInstanceOf(StoreException.class));
              return Future.succeededFuture(outcome.succeeded());
            }));
  }
}
