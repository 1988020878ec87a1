package io.canarygateway.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.store.Revision;
import io.canarygateway.store.State;
import io.canarygateway.store.StateKey;
import io.canarygateway.store.StateStore;
import io.canarygateway.store.Watch;
import io.canarygateway.store.Watcher;
import io.canarygateway.store.WriteResult;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which writes are made known, if the store fails for a while. */
class StateWritesTest {

  private final Store store = new Store();
  private final List<String> announced = new ArrayList<>();
  private final StateLink link =
      new StateLink(
          store,
          new StateKey(List.of("releases", "default"), "app", "release"),
          "n1",
          (before, now) -> {},
          System::nanoTime);
  private final StateWrites writes = new StateWrites(link, new Alone());

  /** A store that can be read, and written only while the test lets it. */
  private static final class Store implements StateStore {

    private boolean full;
    private int revision;

    @Override
    public String engine() {
      return "file";
    }

    @Override
    public Future<State> read(StateKey key) {
      return Future.succeededFuture(State.NONE);
    }

    @Override
    public Future<WriteResult> compareAndSet(StateKey key, Revision expected, String text) {
      return full
          ? Future.failedFuture("no space")
          : Future.succeededFuture(new WriteResult.Written(new Revision("" + ++revision)));
    }

    @Override
    public Watch watch(StateKey key, Watcher watcher) {
      watcher.state(State.NONE);
      return () -> {};
    }

    @Override
    public Future<Void> close() {
      return Future.succeededFuture();
    }
  }

  @Test
  void aVerdictIsMadeKnownHoweverManyWritesHaveFailedBefore() {
    link.open();
    store.full = true;
    for (int i = 0; i < 100; i++) {
      String name = "failed" + i;
      assertThat(writes.write(StoredReleaseTest.release(), () -> announced.add(name)).failed())
          .isTrue();
    }
    store.full = false;
    writes.write(StoredReleaseTest.release(), () -> announced.add("first"));
    writes.write(StoredReleaseTest.release(), () -> announced.add("second"));
    assertThat(announced).containsExactly("first", "second");
  }
}
