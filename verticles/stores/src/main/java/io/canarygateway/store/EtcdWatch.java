package io.canarygateway.store;

import io.canarygateway.store.EtcdConnection.Reading;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Watch.Watcher;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches one key of etcd: reads it, then follows its changes from there. After each trouble it
 * begins anew, so nothing is missed, whatever etcd has compacted meanwhile. On one context.
 */
final class EtcdWatch implements Watch {

  /** The time between two reads that check the watch. */
  static final long PROBE_MS = 2_000;

  private static final long REFUSED_MS = 1_000;

  private final Vertx vertx;
  private final EtcdLink link;
  private final ByteSequence key;
  private final Observation observation;
  private final Consumer<EtcdWatch> ended;

  /** Counts the beginnings, so that results of earlier ones are ignored. */
  private int beginnings;

  private @Nullable EtcdConnection connection;
  private @Nullable Watcher watcher;

  /** Etcd's revision up to which the state is known. */
  private long revision;

  /** The revision of the newest state. */
  private Revision newest = Revision.NONE;

  EtcdWatch(
      Vertx vertx,
      EtcdLink link,
      ByteSequence key,
      io.canarygateway.store.Watcher watcher,
      Consumer<EtcdWatch> ended) {
    this.vertx = vertx;
    this.link = link;
    this.key = key;
    this.observation = new Observation(watcher);
    this.ended = ended;
  }

  void begin() {
    endWatcher();
    connection = null;
    if (observation.isClosed()) {
      return;
    }
    int beginning = ++beginnings;
    link.connection(key)
        .onSuccess(
            found -> {
              if (beginning == beginnings) {
                connection = found;
                follow(found, beginning);
              }
            })
        .onFailure(
            cause -> {
              if (beginning == beginnings) {
                observation.trouble(EtcdClients.reason(cause));
                begin(); // The link waits before it tries again.
              }
            });
  }

  private void follow(EtcdConnection found, int beginning) {
    found
        .read(key)
        .onSuccess(
            reading -> {
              if (beginning == beginnings) {
                // Etcd may have been restored from a backup, so its revision may be lower now.
                revision = reading.revision();
                known(reading.state());
                watcher =
                    found.watch(
                        key,
                        revision + 1,
                        response -> changed(response, beginning),
                        cause -> failed(found, cause, beginning));
                probeLater(found, beginning);
              }
            })
        .onFailure(cause -> failed(found, cause, beginning));
  }

  private void changed(WatchResponse response, int beginning) {
    List<WatchEvent> events = response.getEvents();
    if (beginning != beginnings || events.isEmpty()) {
      return;
    }
    WatchEvent last = events.get(events.size() - 1);
    if (last.getKeyValue().getModRevision() <= revision) {
      return; // A probe has read a newer state.
    }
    revision = last.getKeyValue().getModRevision();
    try {
      known(
          last.getEventType() == WatchEvent.EventType.DELETE
              ? State.NONE
              : EtcdConnection.state(last.getKeyValue()));
    } catch (StoreException e) {
      observation.trouble(Causes.line(e));
    }
  }

  private void known(State state) {
    newest = state.revision();
    observation.state(state);
  }

  /** Reads the key now and then: etcd may be silent because it is gone, or the watch is stuck. */
  private void probeLater(EtcdConnection found, int beginning) {
    vertx.setTimer(
        PROBE_MS,
        timer -> {
          if (beginning == beginnings) {
            found
                .read(key)
                .onSuccess(reading -> probed(found, reading, beginning))
                .onFailure(cause -> failed(found, cause, beginning));
          }
        });
  }

  private void probed(EtcdConnection found, Reading reading, int beginning) {
    if (beginning != beginnings) {
      return;
    }
    if (reading.revision() >= revision && !reading.state().revision().equals(newest)) {
      begin(); // The watch should have brought this state.
    } else {
      probeLater(found, beginning);
    }
  }

  private void failed(EtcdConnection found, Throwable cause, int beginning) {
    if (beginning != beginnings) {
      return;
    }
    if (isCompacted(cause)) {
      begin();
    } else if (EtcdConnection.isRefusal(cause)) {
      observation.trouble(EtcdClients.reason(cause));
      endWatcher();
      int refused = ++beginnings;
      vertx.setTimer(
          REFUSED_MS,
          timer -> {
            if (refused == beginnings) {
              begin();
            }
          });
    } else {
      link.lost(found, cause); // Which calls lost, here and in the other watches.
      if (beginning == beginnings) {
        lost(found, cause); // It was lost before this watch began to use it.
      }
    }
  }

  private static boolean isCompacted(Throwable cause) {
    return cause instanceof CompactedException || cause.getCause() instanceof CompactedException;
  }

  /** Begins anew if a connection that was lost is the one of this watch. */
  void lost(EtcdConnection which, Throwable cause) {
    if (which == connection) {
      observation.trouble(EtcdClients.reason(cause));
      begin();
    }
  }

  private void endWatcher() {
    if (watcher != null && connection != null) {
      connection.end(watcher);
    }
    watcher = null;
  }

  @Override
  public void close() {
    if (!observation.isClosed()) {
      observation.close();
      beginnings++;
      endWatcher();
      connection = null;
      ended.accept(this);
    }
  }
}
