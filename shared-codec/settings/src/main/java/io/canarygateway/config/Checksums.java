package io.canarygateway.config;

import io.canarygateway.flags.Checksum;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagRegistry;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * go-flagz's checksums of the values in force. The displayed form of a value is computed only when
 * the value changes, and the order of the names only when names come or go. Used on one context.
 */
public final class Checksums {

  /** A flag with its value's text, and the form in which Go would show it. */
  private static final class Line<T> {
    private final Flag<T> flag;
    private @Nullable String text;
    private String display;

    Line(Flag<T> flag, @Nullable String text) {
      this.flag = flag;
      this.text = text;
      this.display = display(flag, text);
    }

    /** The displayed form of a text, which mostly is the text of the last time. */
    String display(@Nullable String newText) {
      if (!Objects.equals(text, newText)) {
        text = newText;
        display = display(flag, newText);
      }
      return display;
    }

    private static <T> String display(Flag<T> flag, @Nullable String text) {
      T value = text == null ? flag.defaultValue() : flag.type().parse(text);
      return value == null ? "" : flag.type().display(value);
    }
  }

  /** The flags that have a checksum, in name order. */
  private SortedMap<String, Line<?>> lines = new TreeMap<>();

  /** The names of the values of the last update. */
  private Set<String> names = Set.of();

  private @Nullable FlagRegistry registry;
  private String ofStatic = "";
  private String ofDynamic = "";

  /** Creates checksums that are empty until the first update. */
  public Checksums() {}

  /**
   * Computes both checksums.
   *
   * @param registry the declared flags
   * @param values the values in force
   */
  public void update(FlagRegistry registry, FlagValues values) {
    Map<String, String> texts = values.texts();
    if (this.registry != registry || !names.equals(texts.keySet())) {
      lines = lines(registry, texts);
      names = texts.keySet();
      this.registry = registry;
    }
    Checksum statics = new Checksum();
    Checksum dynamics = new Checksum();
    lines.forEach(
        (name, line) ->
            (line.flag.dynamic() ? dynamics : statics).add(name, line.display(texts.get(name))));
    ofStatic = statics.hex();
    ofDynamic = dynamics.hex();
  }

  /** The flags that are declared by name, and those of routes and the companions that are set. */
  private SortedMap<String, Line<?>> lines(FlagRegistry registry, Map<String, String> texts) {
    SortedMap<String, Line<?>> known = new TreeMap<>();
    registry.byName().values().forEach(flag -> known.put(flag.name(), line(flag, texts)));
    for (String name : texts.keySet()) {
      Line<?> line = lines.get(name);
      if (line != null && registry == this.registry) {
        known.put(name, line);
      } else if (!known.containsKey(name)) {
        registry.find(name).ifPresent(flag -> known.put(name, line(flag, texts)));
      }
    }
    return known;
  }

  private static Line<?> line(Flag<?> flag, Map<String, String> texts) {
    return new Line<>(flag, texts.get(flag.name()));
  }

  /**
   * {@return the checksum of the static flags as hexadecimal digits; empty before the first update}
   */
  public String ofStatic() {
    return ofStatic;
  }

  /**
   * {@return the checksum of the dynamic flags as hexadecimal digits; empty before the first
   * update}
   */
  public String ofDynamic() {
    return ofDynamic;
  }
}
