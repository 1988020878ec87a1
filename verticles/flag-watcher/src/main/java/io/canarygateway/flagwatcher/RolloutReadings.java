package io.canarygateway.flagwatcher;

import io.canarygateway.extension.Rollouts;
import io.canarygateway.flags.Flag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The last readings of rollouts by application, and the values that a layer has because of them.
 * Without a good reading for the time {@code unhealthy}, a canary's rollout is 0. A maintenance
 * rollout stays as it was. On one context.
 */
final class RolloutReadings {

  /** The readings of one application. */
  private static final class OfApplication {
    OptionalDouble canary = OptionalDouble.empty();
    OptionalDouble maintenance = OptionalDouble.empty();

    /** When the canary's rollout was last read well; null if it never was. */
    @Nullable Long goodAtNanos;

    /** Whether the last reading was good. */
    boolean up;

    /** Whether the canary's rollout counted as 0 when the readings were last checked. */
    boolean expired;
  }

  private final Layer layer;
  private final Flag<?> canary;
  private final Flag<?> maintenance;
  private final LongSupplier clock;
  private final Map<String, OfApplication> readings = new HashMap<>();
  private Duration unhealthy = RolloutTraits.DEFAULT.unhealthy();

  /**
   * Creates readings of no application.
   *
   * @param canary the flag of the top level with the canary's rollout
   * @param maintenance the flag of the top level with the maintenance rollout
   * @param clock the time in ns
   */
  RolloutReadings(Layer layer, Flag<?> canary, Flag<?> maintenance, LongSupplier clock) {
    this.layer = layer;
    this.canary = canary;
    this.maintenance = maintenance;
    this.clock = clock;
  }

  /** Whether an application has been asked for, be it without a result. */
  boolean knows(String application) {
    return readings.containsKey(application);
  }

  /**
   * Notes which applications are asked for. The others are forgotten.
   *
   * @param limit the time without a good reading after which a canary's rollout is 0
   */
  void asked(Collection<String> applications, Duration limit) {
    unhealthy = limit;
    readings.keySet().retainAll(applications);
    for (String application : applications) {
      readings.computeIfAbsent(application, added -> new OfApplication());
    }
  }

  /** Notes that the applications could not be read. */
  void missed(Collection<String> applications) {
    applications.forEach(application -> read(application, null));
  }

  /** Notes the rollouts of an application; null if it could not be read. */
  void read(String application, @Nullable Rollouts read) {
    OfApplication reading = readings.get(application);
    if (reading == null) {
      return;
    }
    reading.up = read != null && read.canary().isPresent();
    if (read != null && read.canary().isPresent()) {
      reading.canary = read.canary();
      reading.goodAtNanos = clock.getAsLong();
      reading.expired = false;
    }
    if (read != null && read.maintenance().isPresent()) {
      reading.maintenance = read.maintenance();
    }
  }

  /** Whether the canary's rollout of any application has begun to count as 0. */
  boolean expire() {
    boolean any = false;
    for (OfApplication reading : readings.values()) {
      if (!reading.expired && isUnhealthy(reading)) {
        reading.expired = true;
        any = true;
      }
    }
    return any;
  }

  private boolean isUnhealthy(OfApplication reading) {
    Long goodAt = reading.goodAtNanos;
    return goodAt == null || clock.getAsLong() - goodAt >= unhealthy.toNanos();
  }

  /** The age of the last reading of an application, if that reading was good. */
  OptionalLong ageNanos(String application) {
    OfApplication reading = readings.get(application);
    return reading != null && reading.up && reading.goodAtNanos != null
        ? OptionalLong.of(clock.getAsLong() - reading.goodAtNanos)
        : OptionalLong.empty();
  }

  /**
   * The changes that give a route the rollouts of its application.
   *
   * @param prefix what comes before the names that the flags have at the top level
   * @param origin the place of the readings, for people
   */
  List<Change> changes(String prefix, String application, String origin) {
    List<Change> changes = new ArrayList<>();
    OfApplication reading = readings.get(application);
    if (reading == null || reading.canary.isEmpty()) {
      changes.add(set(prefix, canary, 0, origin + ", unhealthy"));
    } else {
      changes.add(
          isUnhealthy(reading)
              ? set(prefix, canary, 0, origin + ", unhealthy")
              : set(prefix, canary, reading.canary.getAsDouble(), origin + ", read"));
    }
    if (reading != null && reading.maintenance.isPresent()) {
      changes.add(set(prefix, maintenance, reading.maintenance.getAsDouble(), origin + ", read"));
    } else if (!prefix.isEmpty()) {
      changes.add(Change.remove(layer, prefix + maintenance.name(), origin)); // Another one's.
    }
    return changes;
  }

  private Change set(String prefix, Flag<?> flag, double rollout, String origin) {
    return Change.set(
        layer, prefix + flag.name(), flag.canonical(Double.toString(rollout)), origin);
  }
}
