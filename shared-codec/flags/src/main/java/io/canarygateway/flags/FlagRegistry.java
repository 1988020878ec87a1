package io.canarygateway.flags;

import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Declared flags by name, in the order of their names. Immutable. */
public final class FlagRegistry {

  /** What the name of a companion ends with: {@code NAME_path} says where to read NAME from. */
  public static final String COMPANION = "_path";

  private static final int MAX_COMPARED = 200;

  private final SortedMap<String, Flag<?>> byName;

  private FlagRegistry(SortedMap<String, Flag<?>> byName) {
    this.byName = Collections.unmodifiableSortedMap(byName);
  }

  /**
   * A registry of flags.
   *
   * @throws IllegalArgumentException if two have the same name
   */
  public static FlagRegistry of(Collection<? extends Flag<?>> flags) {
    SortedMap<String, Flag<?>> byName = new TreeMap<>();
    for (Flag<?> flag : flags) {
      if (byName.put(flag.name(), flag) != null) {
        throw new IllegalArgumentException("declared twice: " + flag.name());
      }
    }
    return new FlagRegistry(byName);
  }

  /** This registry with more flags. */
  public FlagRegistry with(Collection<? extends Flag<?>> more) {
    java.util.List<Flag<?>> all = new java.util.ArrayList<>(byName.values());
    all.addAll(more);
    return of(all);
  }

  /** The declared flags, in the order of their names. */
  public Collection<Flag<?>> flags() {
    return byName.values();
  }

  /** The declared flags by name. */
  public SortedMap<String, Flag<?>> byName() {
    return byName;
  }

  /** A declared flag, or the companion of one. */
  public Optional<Flag<?>> find(String name) {
    Flag<?> declared = byName.get(name);
    return declared != null ? Optional.of(declared) : companionOf(name).map(f -> companion(f));
  }

  /** The flag whose companion has a name, if it is the name of a companion. */
  public Optional<Flag<?>> companionOf(String name) {
    return byName.containsKey(name) || !name.endsWith(COMPANION)
        ? Optional.empty()
        : Optional.ofNullable(byName.get(name.substring(0, name.length() - COMPANION.length())));
  }

  /** The companion of a flag: static, as in go-flagz. */
  public static Flag<String> companion(Flag<?> flag) {
    return Flag.ofStatic(
        flag.name() + COMPANION,
        FlagTypes.string(),
        "",
        "Path of a file to read the contents of '" + flag.name() + "' from.");
  }

  /** The name that is most like a misspelt one; empty if that is longer than any name. */
  public String nearest(String name) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    String nearest = "";
    int best = Integer.MAX_VALUE;
    if (name.length() > MAX_COMPARED) {
      return nearest;
    }
    for (String known : byName.keySet()) {
      int found = distance.apply(known, name);
      if (found < best) {
        best = found;
        nearest = known;
      }
    }
    return nearest;
  }
}
