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
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The order in which a store's watch and the outcomes of writes arrive, which is any. */
class StateLinkTest {

  private final Store store = new Store();
  private long nanos;
  private final List<StoredRelease> adopted = new ArrayList<>();
  private final StateLink link =
      new StateLink(
          store,
          new StateKey(List.of("releases", "default"), "app", "release"),
          "n1",
          (before, now) -> adopted.add(now),
          () -> nanos);

  /** A store that answers when the test says so. */
  private static final class Store implements StateStore {

    private Watcher watcher;
    private State state = State.NONE;
    private Promise<WriteResult> write;
    private boolean silent;

    @Override
    public String engine() {
      return "file";
    }

    @Override
    public Future<State> read(StateKey key) {
      return silent ? Future.failedFuture("no answer") : Future.succeededFuture(state);
    }

    @Override
    public Future<WriteResult> compareAndSet(StateKey key, Revision expected, String text) {
      write = Promise.promise();
      return write.future();
    }

    @Override
    public Watch watch(StateKey key, Watcher newWatcher) {
      watcher = newWatcher;
      return () -> {};
    }

    @Override
    public Future<Void> close() {
      return Future.succeededFuture();
    }
  }

  private StoredRelease begin() {
    link.open();
    store.watcher.state(State.NONE);
    StoredRelease draft = link.draft(StoredReleaseTest.release());
    link.write(draft);
    return draft;
  }

  @Test
  void aWriteIsKnownOnceItsOutcomeIs() {
    StoredRelease draft = begin();
    store.write.complete(new WriteResult.Written(new Revision("1")));
    assertThat(link.known()).isEqualTo(draft);
  }

  @Test
  void aWriteThatTheWatchSawFirstIsKnownOnce() {
    StoredRelease draft = begin();
    store.state = new State(new Revision("1"), draft.text());
    store.watcher.state(store.state);
    store.write.complete(new WriteResult.Written(new Revision("1")));
    assertThat(adopted).containsExactly(null, draft);
  }

  /** The watch tells of each state once, so it would not end the trouble. */
  @Test
  void aReadThatFailsIsTriedAgain() {
    StoredRelease draft = begin();
    store.write.complete(new WriteResult.Written(new Revision("1")));
    store.silent = true;
    store.state = State.NONE;
    store.watcher.state(State.NONE);
    assertThat(link.known()).isEqualTo(draft);
    assertThat(link.trouble()).contains("no answer");
    store.silent = false;
    link.tick();
    assertThat(link.trouble()).as("not at once").contains("no answer");
    nanos += TimeUnit.SECONDS.toNanos(1);
    link.tick();
    assertThat(link.known()).isNull();
    assertThat(link.trouble()).isEmpty();
  }

  @Test
  void anOutcomeThatComesAfterTheEndOfTheStateDoesNotBringItBack() {
    StoredRelease draft = begin();
    store.watcher.state(new State(new Revision("1"), draft.text()));
    store.state = State.NONE;
    store.watcher.state(State.NONE);
    store.write.complete(new WriteResult.Written(new Revision("1")));
    assertThat(link.known()).isNull();
  }
}
