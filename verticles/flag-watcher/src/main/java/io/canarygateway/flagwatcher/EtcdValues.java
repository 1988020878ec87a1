package io.canarygateway.flagwatcher;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagRegistry;
import io.canarygateway.flags.Problem;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.watch.WatchEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the keys below the prefix mean. Direct children are flags, deeper keys are not looked at, an
 * empty value is no value. Remembers the last good value of each key, which is what a bad one goes
 * back to. On one context.
 */
final class EtcdValues {

  /**
   * A change in etcd that must not stay.
   *
   * @param event the change
   * @param good what the key goes back to; null to delete it
   */
  record Rollback(WatchEvent event, KeyValue good) {}

  private final String prefix;
  private final FlagRegistry registry;
  private final FlagSink sink;
  private final Map<String, KeyValue> good = new HashMap<>();

  /** What the load in progress found. */
  private final Map<String, KeyValue> present = new HashMap<>();

  EtcdValues(String prefix, FlagRegistry registry, FlagSink sink) {
    this.prefix = prefix;
    this.registry = registry;
    this.sink = sink;
  }

  /**
   * Reads all keys at once. Bad ones are told of, and the layer below holds; they are not rolled
   * back, for nobody knows what they were before. To be followed by {@link #loaded}.
   *
   * @param running whether the gateway runs, so that static flags are not set any more
   * @param had the names that the layer has now
   * @return the changes that bring the layer to this state
   */
  List<Change> load(List<KeyValue> all, boolean running, Collection<String> had) {
    List<Change> changes = new ArrayList<>();
    present.clear();
    for (KeyValue kv : all) {
      if (isFlag(kv) && !isEmpty(kv)) {
        present.put(name(kv), kv);
        RawValue.Reading reading = read(kv, running);
        if (reading.change() != null) {
          changes.add(reading.change());
        }
      }
    }
    for (String name : had) {
      // What was static at the start stays so.
      if (!present.containsKey(name) && registry.byName().get(name).dynamic()) {
        changes.add(new Change(Layer.ETCD, name, null, prefix + name));
      }
    }
    return changes;
  }

  /** What became of a load: what was not refused is what bad values go back to from now on. */
  void loaded(List<Change> changes, Set<Change> refused) {
    for (Change change : changes) {
      if (!refused.contains(change)) {
        remember(change, present.get(change.flag()));
      }
    }
    present.clear();
  }

  private void remember(Change change, KeyValue kv) {
    if (change.text() == null) {
      good.remove(change.flag());
    } else {
      good.put(change.flag(), kv);
    }
  }

  /**
   * Deals with the events of one revision.
   *
   * @return what has to be undone in etcd
   */
  List<Rollback> apply(List<WatchEvent> events) {
    List<Rollback> rollbacks = new ArrayList<>();
    Map<Change, WatchEvent> changes = new LinkedHashMap<>();
    for (WatchEvent event : events) {
      KeyValue kv = event.getKeyValue();
      if (!isFlag(kv)) {
        continue;
      }
      if (event.getEventType() == WatchEvent.EventType.DELETE || isEmpty(kv)) {
        Flag<?> flag = registry.byName().get(name(kv));
        if (flag != null && flag.dynamic()) {
          changes.put(new Change(Layer.ETCD, name(kv), null, origin(kv)), event);
        }
        continue;
      }
      RawValue.Reading reading = read(kv, true);
      if (reading.worth() == RawValue.Worth.BAD) {
        rollbacks.add(rollback(event));
      } else if (reading.change() != null) {
        changes.put(reading.change(), event);
      }
    }
    if (!changes.isEmpty()) {
      Map<Change, Problem> refused = sink.apply(List.copyOf(changes.keySet()), false);
      changes.forEach(
          (change, event) -> {
            if (refused.containsKey(change)) {
              rollbacks.add(rollback(event));
            } else {
              remember(change, event.getKeyValue());
            }
          });
    }
    return rollbacks;
  }

  /**
   * A bad value goes back to what was good before, which is what stood there before, unless that
   * was bad too: going back to that would begin a game of ping-pong between gateways.
   */
  private Rollback rollback(WatchEvent event) {
    KeyValue previous = event.getPrevKV();
    boolean wasEmpty =
        previous != null && previous.getModRevision() != 0 && previous.getValue().isEmpty();
    return new Rollback(event, wasEmpty ? previous : good.get(name(event.getKeyValue())));
  }

  private RawValue.Reading read(KeyValue kv, boolean running) {
    RawValue value = new RawValue(name(kv), kv.getValue().getBytes(), origin(kv));
    RawValue.Reading reading = value.read(registry, Layer.ETCD, running, Flag::canonical);
    if (reading.change() == null) {
      sink.refuse(Layer.ETCD, value, reading);
    }
    return reading;
  }

  private static boolean isEmpty(KeyValue kv) {
    return kv.getValue().isEmpty();
  }

  private boolean isFlag(KeyValue kv) {
    String name = name(kv);
    return !name.isEmpty() && name.indexOf('/') < 0;
  }

  private String name(KeyValue kv) {
    return kv.getKey().toString(StandardCharsets.UTF_8).substring(prefix.length());
  }

  private static String origin(KeyValue kv) {
    return kv.getKey().toString(StandardCharsets.UTF_8) + " at revision " + kv.getModRevision();
  }
}
