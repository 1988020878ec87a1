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
 * The declared flags by name, and families of flags that are declared by a pattern of names.
 * Immutable.
 *
 * <p>Each flag {@code NAME} has a companion flag {@code NAME_path}, as in go-flagz: the path of a
 * file that holds the value of {@code NAME}.
 */
public final class FlagRegistry {

  /** The end of a companion's name. */
  public static final String COMPANION = "_path";

  private static final int MAX_COMPARED = 200;

  private final SortedMap<String, Flag<?>> byName;
  private final List<FlagFamily> families;

  private FlagRegistry(SortedMap<String, Flag<?>> byName, List<FlagFamily> families) {
    this.byName = Collections.unmodifiableSortedMap(byName);
    this.families = List.copyOf(families);
  }

  /**
   * Creates a registry.
   *
   * @param flags the flags, in any order
   * @return the registry
   * @throws IllegalArgumentException if two flags have the same name
   */
  public static FlagRegistry of(Collection<? extends Flag<?>> flags) {
    return of(flags, List.of());
  }

  private static FlagRegistry of(Collection<? extends Flag<?>> flags, List<FlagFamily> families) {
    SortedMap<String, Flag<?>> byName = new TreeMap<>();
    for (Flag<?> flag : flags) {
      if (byName.put(flag.name(), flag) != null) {
        throw new IllegalArgumentException("declared twice: " + flag.name());
      }
    }
    return new FlagRegistry(byName, families);
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
    return of(all, families);
  }

  /**
   * Adds a family.
   *
   * @param family the flags that are declared by a pattern
   * @return a registry of the flags of this one and that family
   */
  public FlagRegistry with(FlagFamily family) {
    List<FlagFamily> all = new ArrayList<>(families);
    all.add(family);
    return new FlagRegistry(byName, all);
  }

  /** {@return the flags declared by name, in name order, without families and companions} */
  public Collection<Flag<?>> flags() {
    return byName.values();
  }

  /** {@return the flags declared by name, without families and companions} */
  public SortedMap<String, Flag<?>> byName() {
    return byName;
  }

  /**
   * Finds a flag.
   *
   * @param name the flag's name
   * @return the flag that is declared by name or by a family; empty for others and for companions
   */
  public Optional<Flag<?>> declared(String name) {
    Flag<?> flag = byName.get(name);
    return flag != null
        ? Optional.of(flag)
        : families.stream().flatMap(family -> family.find(name).stream()).findFirst();
  }

  /**
   * Finds a flag or a companion.
   *
   * @param name the flag's name
   * @return the declared flag, or the companion of one; empty if the name is neither
   */
  public Optional<Flag<?>> find(String name) {
    Optional<Flag<?>> flag = declared(name);
    return flag.isPresent() ? flag : companionOf(name).map(f -> companion(f));
  }

  /**
   * Finds the flag that a companion belongs to.
   *
   * @param name the companion's name, such as {@code limit_path}
   * @return the declared flag, here {@code limit}; empty if the name is not that of a companion
   */
  public Optional<Flag<?>> companionOf(String name) {
    return !name.endsWith(COMPANION) || declared(name).isPresent()
        ? Optional.empty()
        : declared(name.substring(0, name.length() - COMPANION.length()));
  }

  /**
   * Lists flags.
   *
   * @param names the names of flags that are set; names that no flag has are left out
   * @return the flags declared by name, and those of families and the companions that are set, in
   *     name order
   */
  public SortedMap<String, Flag<?>> known(Collection<String> names) {
    SortedMap<String, Flag<?>> known = new TreeMap<>(byName);
    for (String name : names) {
      if (!known.containsKey(name)) {
        find(name).ifPresent(flag -> known.put(name, flag));
      }
    }
    return known;
  }

  /**
   * Checks whether a name can be a section of a document that holds flags of a family.
   *
   * @param name any text
   * @return whether a family has such a section
   */
  public boolean isFamilySection(String name) {
    return families.stream().anyMatch(family -> family.isSection(name));
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
   * @return the nearest name, or a family's description of one; empty if {@code name} is longer
   *     than any name may be
   */
  public String nearest(String name) {
    Optional<String> ofFamily =
        families.stream().flatMap(family -> family.nearest(name).stream()).findFirst();
    return ofFamily.orElseGet(() -> nearest(name, byName.keySet()));
  }

  /**
   * Finds the text that is most like another, by Levenshtein distance.
   *
   * @param name the other text
   * @param among the texts
   * @return the nearest text; empty if {@code name} is longer than any name may be
   */
  public static String nearest(String name, Collection<String> among) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    String nearest = "";
    int best = Integer.MAX_VALUE;
    if (name.length() > MAX_COMPARED) {
      return nearest;
    }
    for (String known : among) {
      int found = distance.apply(known, name);
      if (found < best) {
        best = found;
        nearest = known;
      }
    }
    return nearest;
  }
}
