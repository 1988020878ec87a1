package io.canarygateway.flagwatcher;

import io.canarygateway.config.Settings;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagRegistry;
import io.canarygateway.flags.Problem;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.watch.WatchEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads etcd's keys as flags. Direct children of the prefix are flags, deeper keys are ignored, and
 * an empty value counts as no value. Remembers the last good value of each key, to which a bad
 * value is rolled back. On one context.
 */
final class EtcdValues {

  /**
   * A change in etcd that has to be undone.
   *
   * @param event the change
   * @param good the key's last good value; empty to delete the key
   */
  record Rollback(WatchEvent event, Optional<KeyValue> good) {
    ByteSequence key() {
      return event.getKeyValue().getKey();
    }

    boolean isOfDeletion() {
      return event.getEventType() == WatchEvent.EventType.DELETE;
    }

    /** The revision that the key has while the change is the newest; 0 while it is deleted. */
    long modRevision() {
      return isOfDeletion() ? 0 : event.getKeyValue().getModRevision();
    }
  }

  private final String prefix;
  private final FlagRegistry registry;
  private final FlagSink sink;
  private final Map<String, KeyValue> good = new HashMap<>();

  /** The keys of the load in progress, by flag. */
  private final Map<String, KeyValue> present = new HashMap<>();

  EtcdValues(String prefix, FlagRegistry registry, FlagSink sink) {
    this.prefix = prefix;
    this.registry = registry;
    this.sink = sink;
  }

  /**
   * Reads all keys at once. Bad values are reported and the layer below stays in force. They are
   * not rolled back, since their earlier values are not known. {@link #loaded} has to follow.
   *
   * @param running whether the gateway runs, so that static flags cannot be set any more
   * @param names the flags that the layer sets now
   * @return the changes that bring the layer to these keys
   */
  List<Change> load(List<KeyValue> all, boolean running, Collection<String> names) {
    List<Change> changes = new ArrayList<>();
    present.clear();
    for (KeyValue kv : all) {
      if (isFlag(kv) && !isEmpty(kv)) {
        present.put(name(kv), kv);
        read(kv, running).change().ifPresent(changes::add);
      }
    }
    for (String name : names) {
      if (!present.containsKey(name) && isDynamic(name)) {
        changes.add(Change.remove(Layer.ETCD, name, prefix + name));
      }
    }
    if (running) {
      registry.flags().stream()
          .filter(flag -> !flag.dynamic() && !present.containsKey(flag.name()))
          .forEach(flag -> sink.staticValue(Layer.ETCD, flag.name(), Optional.empty()));
    }
    return changes;
  }

  /** Ends a load: the values that were not refused are the last good values from now on. */
  void loaded(List<Change> changes, Set<Change> refused) {
    for (Change change : changes) {
      if (!refused.contains(change)) {
        remember(change, Optional.ofNullable(present.get(change.flag())));
      }
    }
    present.clear();
  }

  private void remember(Change change, Optional<KeyValue> kv) {
    if (change.text().isPresent() && kv.isPresent()) {
      good.put(change.flag(), kv.get());
    } else {
      good.remove(change.flag());
    }
  }

  /**
   * Applies the events of one revision. If one of them concerns a route, all are applied or none.
   *
   * @return the changes that have to be undone in etcd
   */
  List<Rollback> apply(List<WatchEvent> events) {
    List<WatchEvent> bad = new ArrayList<>();
    Map<Change, WatchEvent> changes = new LinkedHashMap<>();
    boolean whole = false;
    for (WatchEvent event : events) {
      KeyValue kv = event.getKeyValue();
      if (isFlag(kv)) {
        whole |= Settings.routeOf(name(kv)).isPresent();
        read(event, changes, bad);
      }
    }
    if (whole && !bad.isEmpty()) {
      bad.addAll(changes.values());
      changes.clear();
    }
    if (!changes.isEmpty()) {
      List<Change> batch = List.copyOf(changes.keySet());
      Map<Change, Problem> refused = whole ? sink.applyWhole(batch) : sink.apply(batch, false);
      changes.forEach(
          (change, event) -> {
            if (refused.containsKey(change)) {
              bad.add(event);
            } else {
              remember(change, Optional.of(event.getKeyValue()));
            }
          });
    }
    return bad.stream().map(this::rollback).toList();
  }

  /**
   * Reads an event of a flag.
   *
   * @param changes gets the change that it makes
   * @param bad gets the event if its value is not valid
   */
  private void read(WatchEvent event, Map<Change, WatchEvent> changes, List<WatchEvent> bad) {
    KeyValue kv = event.getKeyValue();
    if (event.getEventType() == WatchEvent.EventType.DELETE || isEmpty(kv)) {
      if (isDynamic(name(kv))) {
        changes.put(Change.remove(Layer.ETCD, name(kv), origin(kv)), event);
      } else if (registry.find(name(kv)).isPresent()) {
        sink.staticValue(Layer.ETCD, name(kv), Optional.empty());
      }
      return;
    }
    RawValue.Reading reading = read(kv, true);
    reading.change().ifPresent(change -> changes.put(change, event));
    if (reading instanceof RawValue.Refused refused && refused.cause() == RawValue.Cause.BAD) {
      bad.add(event);
    }
  }

  /**
   * Rolls a bad value back to the last good value. That is the value before the bad one, unless the
   * value before was bad too: restoring a bad value would make every gateway roll it back in turn.
   * A good value that is refused now, since other values have changed, is good no more.
   */
  private Rollback rollback(WatchEvent event) {
    KeyValue previous = event.getPrevKV();
    good.computeIfPresent(
        name(event.getKeyValue()),
        (name, last) -> last.getValue().equals(event.getKeyValue().getValue()) ? null : last);
    boolean wasEmpty =
        previous != null && previous.getModRevision() != 0 && previous.getValue().isEmpty();
    return new Rollback(
        event, Optional.ofNullable(wasEmpty ? previous : good.get(name(event.getKeyValue()))));
  }

  private RawValue.Reading read(KeyValue kv, boolean running) {
    RawValue value = new RawValue(name(kv), kv.getValue().getBytes(), origin(kv));
    RawValue.Reading reading = value.read(registry, Layer.ETCD, running, Flag::canonical);
    if (reading instanceof RawValue.Refused refused) {
      sink.refuse(Layer.ETCD, refused, value.origin());
      if (refused.cause() == RawValue.Cause.STATIC) {
        sink.staticValue(Layer.ETCD, value.name(), value.text(registry, Flag::canonical));
      }
    }
    return reading;
  }

  private boolean isDynamic(String name) {
    return registry.declared(name).filter(Flag::dynamic).isPresent();
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
