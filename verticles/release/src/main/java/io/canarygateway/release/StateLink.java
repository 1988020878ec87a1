package io.canarygateway.release;

import io.canarygateway.store.Causes;
import io.canarygateway.store.Revision;
import io.canarygateway.store.State;
import io.canarygateway.store.StateKey;
import io.canarygateway.store.StateStore;
import io.canarygateway.store.StoreException;
import io.canarygateway.store.Watch;
import io.canarygateway.store.Watcher;
import io.canarygateway.store.WriteResult;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of one release in the store: follows it, and writes it. An old state that arrives late
 * never replaces a newer one. On one context.
 */
final class StateLink implements Watcher {

  /** How long a known state counts while the store does not answer. */
  static final long TRUSTED_MS = 5_000;

  /** Is called on the context when another state is known. */
  interface Follower {

    /**
     * Another state is known.
     *
     * @param before the state that was known; null if there was none
     * @param now the state; null if the store answers and has none
     */
    void adopted(@Nullable StoredRelease before, @Nullable StoredRelease now);
  }

  private final StateStore store;
  private final StateKey key;
  private final String node;
  private final Follower follower;
  private final LongSupplier nanoTime;
  private @Nullable Watch watch;
  private @Nullable StoredRelease known;
  private Revision revision = Revision.NONE;
  private boolean answered;
  private int adoptions;
  private long writes;

  /** Why the text in the store is no state; empty if it is one. */
  private String unreadable = "";

  /** Why the store does not answer; empty if it does. */
  private String silent = "";

  private String unwritten = "";
  private long silentSinceNanos;

  /** Whether a state has to be read once more, because the last such read has failed. */
  private boolean unconfirmed;

  private long confirmNotBeforeNanos;

  StateLink(StateStore store, StateKey key, String node, Follower follower, LongSupplier nanoTime) {
    this.store = store;
    this.key = key;
    this.node = node;
    this.follower = follower;
    this.nanoTime = nanoTime;
  }

  void open() {
    silentSinceNanos = nanoTime.getAsLong();
    watch = store.watch(key, this);
  }

  void close() {
    if (watch != null) {
      watch.close();
    }
  }

  /** Where the state is, for operators. */
  private String place() {
    return store.engine().equals("file") ? "release.state-dir" : store.engine();
  }

  /** The newest known state; null if there is none, or if none is known. */
  @Nullable StoredRelease known() {
    return known;
  }

  /** Whether the store's text can be replaced: it was read, and it was no foreign text. */
  boolean isReadable() {
    return answered && unreadable.isEmpty();
  }

  /** Whether the store has answered, or has failed to; in its first moments it has done neither. */
  boolean hasReported() {
    return answered || !silent.isEmpty();
  }

  /** Whether the known state counts. */
  boolean isSure() {
    return isReadable()
        && (silent.isEmpty()
            || nanoTime.getAsLong() - silentSinceNanos < TimeUnit.MILLISECONDS.toNanos(TRUSTED_MS));
  }

  /** Why the state is not known or cannot be written, for operators; empty if all is well. */
  String trouble() {
    if (!silent.isEmpty()) {
      return place() + " does not answer: " + silent;
    }
    if (!unreadable.isEmpty()) {
      return "the state in " + place() + " cannot be read: " + unreadable;
    }
    if (!unwritten.isEmpty()) {
      return "the state cannot be written to " + place() + ": " + unwritten;
    }
    return answered ? "" : "the state is not read yet";
  }

  @Override
  public void state(State state) {
    silent = "";
    if (answered && state.revision().equals(revision)) {
      return;
    }
    ReadState read = ReadState.of(state);
    if (answered && !read.isNewerThan(known)) {
      confirm();
    } else {
      adopt(state.revision(), read);
    }
  }

  @Override
  public void trouble(String reason) {
    if (silent.isEmpty()) {
      silentSinceNanos = nanoTime.getAsLong();
    }
    silent = reason;
  }

  private void adopt(Revision newRevision, ReadState read) {
    revision = newRevision;
    unreadable = read.fault();
    answered = true;
    adoptions++;
    if (unreadable.isEmpty()) {
      StoredRelease before = known;
      known = read.release();
      follower.adopted(before, known);
    }
  }

  /**
   * Tries again what has failed. The watch does not: it tells of each state once. Called every 25
   * ms.
   */
  void tick() {
    if (unconfirmed && nanoTime.getAsLong() - confirmNotBeforeNanos >= 0) {
      confirm();
    }
  }

  /** Reads once more: what came may be older than what is known, or the state was replaced. */
  private void confirm() {
    int before = adoptions;
    unconfirmed = false;
    store
        .read(key)
        .onSuccess(
            state -> {
              silent = "";
              if (adoptions != before) {
                confirm(); // A write that ended meanwhile may be newer than the answer.
              } else if (!state.revision().equals(revision)) {
                adopt(state.revision(), ReadState.of(state));
              }
            })
        .onFailure(
            cause -> {
              unconfirmed = true;
              confirmNotBeforeNanos = nanoTime.getAsLong() + TimeUnit.SECONDS.toNanos(1);
              trouble(Causes.line(cause));
            });
  }

  /** Makes the text of the next write. */
  StoredRelease draft(StoredRelease content) {
    long sequence = known == null ? 1 : known.sequence() + 1;
    return content.as(sequence, node + ":" + ++writes);
  }

  /**
   * Writes a state in place of the known one.
   *
   * @param draft the result of {@link #draft}
   * @return whether it was written; if not, the state of the store is known instead. Fails if the
   *     outcome is unknown
   */
  Future<Boolean> write(StoredRelease draft) {
    if (!isReadable()) {
      return Future.failedFuture(new StoreException(trouble(), null));
    }
    int before = adoptions;
    return store
        .compareAndSet(key, revision, draft.text())
        .map(
            result -> {
              unwritten = "";
              if (result instanceof WriteResult.Written written) {
                wrote(written.revision(), draft, before);
                return true;
              }
              state(((WriteResult.Conflict) result).current());
              return false;
            })
        .onFailure(cause -> unwritten = Causes.line(cause));
  }

  /**
   * Takes the outcome of a write. If the watch was faster, it may have seen what came after the
   * write, too, such as the end of the state.
   *
   * @param before the number of adoptions when the write began
   */
  private void wrote(Revision written, StoredRelease draft, int before) {
    if (adoptions == before) {
      state(new State(written, draft.text()));
    } else if (!written.equals(revision)) {
      confirm();
    }
  }
}
