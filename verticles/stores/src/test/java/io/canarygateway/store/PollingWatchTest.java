package io.canarygateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Await;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PollingWatchTest implements Watcher {

  private static final long NEVER_MS = 3_600_000;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final List<Promise<State>> reads = new CopyOnWriteArrayList<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  @Override
  public void state(State state) {
    calls.add(state.text());
    if (state.text().equals("bad")) {
      throw new IllegalStateException("an error in a watcher, which this test makes");
    }
  }

  @Override
  public void trouble(String reason) {
    calls.add("!" + reason);
  }

  private Future<State> read() {
    Promise<State> read = Promise.promise();
    reads.add(read);
    return read.future();
  }

  private PollingWatch watch(long periodMs, List<PollingWatch> ended) {
    Promise<PollingWatch> watch = Promise.promise();
    context.runOnContext(
        v -> watch.complete(new PollingWatch(vertx, periodMs, this::read, this, ended::add)));
    return Await.result(watch.future());
  }

  private void onContext(Runnable task) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        v -> {
          task.run();
          done.complete();
        });
    Await.result(done.future());
  }

  private void answer(int read, String text) {
    onContext(() -> reads.get(read).complete(new State(new Revision(text), text)));
  }

  @Test
  void manyHintsCauseOneMoreReadAtMost() {
    PollingWatch watch = watch(NEVER_MS, new ArrayList<>());
    onContext(
        () -> {
          for (int i = 0; i < 1_000; i++) {
            watch.hint();
          }
        });
    assertThat(reads).hasSize(1);
    answer(0, "one");
    assertThat(reads).hasSize(2);
    answer(1, "two");
    assertThat(reads).hasSize(2);
    onContext(watch::hint);
    assertThat(reads).hasSize(3);
    assertThat(calls).containsExactly("one", "two");
  }

  @Test
  void aStateIsReportedOnceAndAgainAfterATrouble() {
    PollingWatch watch = watch(NEVER_MS, new ArrayList<>());
    answer(0, "one");
    onContext(watch::hint);
    answer(1, "one");
    for (int read : new int[] {2, 3}) {
      onContext(watch::hint);
      onContext(() -> reads.get(read).fail(new StoreException("away", null)));
    }
    onContext(watch::hint);
    answer(4, "one");
    assertThat(calls).containsExactly("one", "!away", "one");
  }

  @Test
  void anErrorInAWatcherDoesNotEndItsWatch() {
    watch(1, new ArrayList<>());
    answer(0, "bad");
    await().until(() -> reads.size() == 2);
    answer(1, "good");
    assertThat(calls).containsExactly("bad", "good");
  }

  @Test
  void afterTheEndNothingIsReadOrReported() {
    List<PollingWatch> ended = new ArrayList<>();
    PollingWatch watch = watch(NEVER_MS, ended);
    onContext(watch::close);
    onContext(watch::close);
    answer(0, "one");
    onContext(watch::hint);
    assertThat(reads).hasSize(1);
    assertThat(calls).isEmpty();
    assertThat(ended).containsExactly(watch);
  }
}
