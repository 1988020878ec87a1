package io.canarygateway.flags;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * The declared flags by name. Immutable.
 *
 * <p>Each flag {@code NAME} has a companion flag {@code NAME_path}, as in go-flagz: the path of a
 * file that holds the value of {@code NAME}.
 */
public final class FlagRegistry {

  /** The end of a companion's name. */
  public static final String COMPANION = "_path";

  private static final int MAX_COMPARED = 200;

  private final SortedMap<String, Flag<?>> byName;

  private FlagRegistry(SortedMap<String, Flag<?>> byName) {
    this.byName = Collections.unmodifiableSortedMap(byName);
  }

  /**
   * Creates a registry.
   *
   * @param flags the flags, in any order
   * @return the registry
   * @throws IllegalArgumentException if two flags have the same name
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

  /**
   * Adds flags.
   *
   * @param more the flags to add
   * @return a registry of the flags of this one and those
   * @throws IllegalArgumentException if two flags have the same name
   */
  public FlagRegistry with(Collection<? extends Flag<?>> more) {
    List<Flag<?>> all = new ArrayList<>(byName.values());
    all.addAll(more);
    return of(all);
  }

  /** {@return the declared flags in name order, without companions} */
  public Collection<Flag<?>> flags() {
    return byName.values();
  }

  /** {@return the declared flags by name, without companions} */
  public SortedMap<String, Flag<?>> byName() {
    return byName;
  }

  /**
   * Finds a flag or a companion.
   *
   * @param name the flag's name
   * @return the declared flag, or the companion of one; empty if the name is neither
   */
  public Optional<Flag<?>> find(String name) {
    Flag<?> declared = byName.get(name);
    return declared != null ? Optional.of(declared) : companionOf(name).map(f -> companion(f));
  }

  /**
   * Finds the flag that a companion belongs to.
   *
   * @param name the companion's name, such as {@code limit_path}
   * @return the declared flag, here {@code limit}; empty if the name is not that of a companion
   */
  public Optional<Flag<?>> companionOf(String name) {
    return byName.containsKey(name) || !name.endsWith(COMPANION)
        ? Optional.empty()
        : Optional.ofNullable(byName.get(name.substring(0, name.length() - COMPANION.length())));
  }

  /**
   * Declares the companion of a flag.
   *
   * @param flag the flag
   * @return a static flag whose value is the path of a file
   */
  public static Flag<String> companion(Flag<?> flag) {
    return Flag.ofStatic(
        flag.name() + COMPANION,
        FlagTypes.string(),
        "",
        "Path of a file to read the contents of '" + flag.name() + "' from.");
  }

  /**
   * Finds the declared name that is most like a misspelt one, by Levenshtein distance.
   *
   * @param name the misspelt name
   * @return the nearest name; empty if {@code name} is longer than any name may be
   */
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
