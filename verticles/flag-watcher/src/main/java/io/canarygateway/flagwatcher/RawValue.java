package io.canarygateway.flagwatcher;

import io.canarygateway.config.Settings;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagException;
import io.canarygateway.flags.FlagRegistry;
import io.canarygateway.flags.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * A name and a value as they stand in a source, before they are checked.
 *
 * @param name the name, which may not be the name of a flag
 * @param bytes the value
 * @param origin the place in the source, for people, such as a file
 */
record RawValue(String name, byte[] bytes, String origin) {

  /** The result of reading a raw value. */
  sealed interface Reading {
    /** The change that sets the value; empty if the value is refused. */
    Optional<Change> change();
  }

  /** A value that may be set. */
  record Accepted(Change accepted) implements Reading {
    @Override
    public Optional<Change> change() {
      return Optional.of(accepted);
    }
  }

  /** A value that cannot be set. */
  record Refused(Cause cause, Problem problem) implements Reading {

    /**
     * A refusal because only a restart can change the flag.
     *
     * @param found the value as people may see it
     */
    static Refused becauseStatic(String name, String found) {
      return new Refused(
          Cause.STATIC, new Problem(name, found, "a restart: the setting is static"));
    }

    @Override
    public Optional<Change> change() {
      return Optional.empty();
    }
  }

  /** Why a value is refused. */
  enum Cause {
    /** The text is not a value of the flag. */
    BAD,
    /** The name is not the name of a flag, or of a flag that this source may not set. */
    UNKNOWN,
    /** The flag is static, and the gateway runs. */
    STATIC
  }

  /**
   * Reads the value.
   *
   * @param running whether the gateway runs, so that static flags cannot be set any more
   * @param canonical makes a flag's canonical text of this source's bytes
   */
  Reading read(
      FlagRegistry registry,
      Layer layer,
      boolean running,
      BiFunction<Flag<?>, byte[], String> canonical) {
    Flag<?> flag = registry.declared(name).orElse(null);
    if (flag == null) {
      String nearest = registry.nearest(name);
      return unknown(
          "the name of a flag" + (nearest.isEmpty() ? "" : "; the nearest is " + nearest));
    }
    if (Settings.ofDocumentOnly(name)) {
      return unknown("no value here: it is set in the -conf document only");
    }
    if (running && !flag.dynamic()) {
      return Refused.becauseStatic(name, found());
    }
    try {
      return new Accepted(Change.set(layer, name, canonical.apply(flag, bytes), origin));
    } catch (FlagException e) {
      return new Refused(Cause.BAD, e.problems().get(0));
    }
  }

  /**
   * The canonical text; empty if the bytes are no value of the flag, or there is no such flag.
   *
   * @param canonical makes a flag's canonical text of this source's bytes
   */
  Optional<String> text(FlagRegistry registry, BiFunction<Flag<?>, byte[], String> canonical) {
    try {
      return registry.find(name).map(flag -> canonical.apply(flag, bytes));
    } catch (FlagException e) {
      return Optional.empty();
    }
  }

  private Refused unknown(String expected) {
    return new Refused(Cause.UNKNOWN, new Problem(name, found(), expected));
  }

  private String found() {
    return bytes.length == 0 ? "a value" : Problem.quote(new String(bytes, StandardCharsets.UTF_8));
  }
}
