package io.canarygateway.flagwatcher;

import io.canarygateway.config.Settings;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagException;
import io.canarygateway.flags.FlagRegistry;
import io.canarygateway.flags.Problem;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;

/**
 * What stands in a source under a name.
 *
 * @param name the name, which may be none of a flag
 * @param bytes what stands there
 * @param origin where, for people
 */
record RawValue(String name, byte[] bytes, String origin) {

  /** What a raw value is worth. */
  enum Worth {
    /** A value that may be set. */
    GOOD,
    /** Not a value of the flag. */
    BAD,
    /** Not the name of a flag, or of one that this source may not set. */
    UNKNOWN,
    /** Of a static flag, while the gateway runs. */
    STATIC
  }

  /**
   * A value that was read.
   *
   * @param worth what it is worth
   * @param change the change that it asks for if it is good, else null
   * @param problem what is wrong with it if it is not good, else null
   */
  record Reading(Worth worth, Change change, Problem problem) {}

  /**
   * Reads the value.
   *
   * @param running whether the gateway runs, so that static flags are not set any more
   * @param canonical how this source's bytes become a flag's canonical text
   */
  Reading read(
      FlagRegistry registry,
      Layer layer,
      boolean running,
      BiFunction<Flag<?>, byte[], String> canonical) {
    Flag<?> flag = registry.byName().get(name);
    if (flag == null) {
      String nearest = registry.nearest(name);
      return refused(
          Worth.UNKNOWN,
          "the name of a flag" + (nearest.isEmpty() ? "" : "; the nearest is " + nearest));
    }
    if (Settings.ofDocumentOnly(name)) {
      return refused(Worth.UNKNOWN, "no value here: it is set in the -conf document only");
    }
    if (running && !flag.dynamic()) {
      return refused(Worth.STATIC, "a restart: the setting is static");
    }
    try {
      String text = canonical.apply(flag, bytes);
      return new Reading(Worth.GOOD, new Change(layer, name, text, origin), null);
    } catch (FlagException e) {
      return new Reading(Worth.BAD, null, e.problems().get(0));
    }
  }

  private Reading refused(Worth worth, String expected) {
    String shown =
        bytes.length == 0 ? "a value" : Problem.quote(new String(bytes, StandardCharsets.UTF_8));
    return new Reading(worth, null, new Problem(name, shown, expected));
  }
}
