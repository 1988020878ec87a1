package io.canarygateway.flags;

/**
 * A flag as {@code /debug/flagz} shows it.
 *
 * @param name the flag's name
 * @param type the name of its type
 * @param usage one sentence for operators
 * @param currentValue the value in force as Go would show it; JSON is pretty-printed, a secret is
 *     masked
 * @param defaultValue the default in the same form
 * @param changed whether anything set it, be it to its default
 * @param dynamic whether it may change while the process runs
 */
public record FlagView(
    String name,
    String type,
    String usage,
    String currentValue,
    String defaultValue,
    boolean changed,
    boolean dynamic) {

  /** The view of a flag with a value. */
  public static <T> FlagView of(Flag<T> flag, T value, boolean changed) {
    return new FlagView(
        flag.name(),
        flag.type().name(),
        flag.usage(),
        shown(flag, value),
        shown(flag, flag.defaultValue()),
        changed,
        flag.dynamic());
  }

  /** A value as the page shows it: as {@link Flag#display}, JSON pretty-printed. */
  public static <T> String shown(Flag<T> flag, T value) {
    String text = flag.display(value);
    boolean json = flag.type().jsonForm() == FlagType.JsonForm.JSON;
    return json && value != null && !flag.secret() ? JsonText.pretty(text) : text;
  }
}
