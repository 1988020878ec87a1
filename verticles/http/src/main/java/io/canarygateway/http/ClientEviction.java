package io.canarygateway.http;

import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The choice of a client that is closed when there are too many connections: the longest-silent one
 * of this event loop, or of another one. Confined to the event loop, except the methods that other
 * event loops call.
 */
final class ClientEviction implements ConnectionLimit.SilentClients {

  /** Closing more at once would delay the other clients by more than some milliseconds. */
  private static final int EVICTED_AT_A_TIME = 64;

  /** Two event loops whose clients have been silent for about as long each close their own. */
  private static final long CLEARLY_LONGER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final EventLoop loop;
  private final ConnectionLimit limit;
  private final ClientDeadlines deadlines;
  private volatile long silentSince = NONE_SILENT;

  ClientEviction(EventLoop loop, ConnectionLimit limit, ClientDeadlines deadlines) {
    this.loop = loop;
    this.limit = limit;
    this.deadlines = deadlines;
  }

  /** Publishes since when a client has been silent, and closes clients while there are too many. */
  void sweep() {
    publishSilence();
    // New requests have opened sockets to upstreams, which count too.
    for (int i = 0; i < EVICTED_AT_A_TIME && limit.beginEviction(); i++) {
      if (!evictOne()) {
        return;
      }
    }
  }

  /**
   * Closes a client if there are too many connections.
   *
   * @return whether there is room, or will be within a moment
   */
  boolean makeRoom() {
    return !limit.beginEviction() || evictOne();
  }

  /**
   * Closes the client that has been silent for longest. If another event loop has a client that was
   * silent for clearly longer, that one is asked instead. Ends the eviction that was begun.
   *
   * @return whether a client was closed or asked for
   */
  private boolean evictOne() {
    publishSilence(); // What was published may be of a client that is not silent any more.
    Optional<Deadlines.Deadline> own = deadlines.longestSilentConnection();
    long ownSince = own.map(Deadlines.Deadline::sinceNanos).orElseGet(deadlines::now);
    Optional<ConnectionLimit.SilentClients> other =
        limit.longestSilent().filter(longest -> longest != this);
    if (other.isPresent()
        && (own.isEmpty() || ownSince - other.get().silentSince() > CLEARLY_LONGER_NANOS)) {
      try {
        other.get().evictOlderThan(ownSince);
        return true;
      } catch (RejectedExecutionException e) { // That event loop has ended, and its clients have.
        limit.evictionEnded();
        return false;
      }
    }
    try {
      own.ifPresent(this::evict);
      return own.isPresent();
    } finally {
      limit.evictionEnded();
    }
  }

  @Override
  public long silentSince() {
    return silentSince;
  }

  @Override
  public void evictOlderThan(long sinceNanos) {
    loop.execute(
        () -> {
          try {
            deadlines
                .longestSilentConnection()
                .filter(own -> own.sinceNanos() - sinceNanos < 0)
                .ifPresent(this::evict);
          } finally {
            limit.evictionEnded();
          }
        });
  }

  private void evict(Deadlines.Deadline silent) {
    silent.cancel();
    silent.owner().evicted();
    publishSilence();
  }

  private void publishSilence() {
    silentSince =
        deadlines.longestSilentConnection().map(Deadlines.Deadline::sinceNanos).orElse(NONE_SILENT);
  }
}
