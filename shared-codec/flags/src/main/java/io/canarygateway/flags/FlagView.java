package io.canarygateway.flags;

import org.jspecify.annotations.Nullable;

/**
 * A flag as {@code /debug/flagz} shows it.
 *
 * @param name the flag's name
 * @param type the name of its type
 * @param usage one sentence for operators
 * @param currentValue the value in force as Go would show it; JSON is pretty-printed, a secret is
 *     masked
 * @param defaultValue the default in the same form
 * @param changed whether the flag was set, even if to its default
 * @param dynamic whether the flag may change while the process runs
 */
public record FlagView(
    String name,
    String type,
    String usage,
    String currentValue,
    String defaultValue,
    boolean changed,
    boolean dynamic) {

  /**
   * Creates the view of a flag.
   *
   * @param flag the declaration
   * @param value the value in force, or null for "not set"
   * @param changed whether the flag was set
   * @param <T> the type of the value
   * @return the view
   */
  public static <T> FlagView of(Flag<T> flag, @Nullable T value, boolean changed) {
    return new FlagView(
        flag.name(),
        flag.type().name(),
        flag.usage(),
        shown(flag, value),
        shown(flag, flag.defaultValue()),
        changed,
        flag.dynamic());
  }

  /**
   * Shows a value as the page does: {@link Flag#display}, with JSON pretty-printed.
   *
   * @param flag the declaration
   * @param value the value, or null for "not set"
   * @param <T> the type of the value
   * @return the shown form
   */
  public static <T> String shown(Flag<T> flag, @Nullable T value) {
    String text = flag.display(value);
    boolean json = flag.type().jsonForm() == FlagType.JsonForm.JSON;
    return json && value != null && !flag.secret() ? JsonText.pretty(text) : text;
  }
}
