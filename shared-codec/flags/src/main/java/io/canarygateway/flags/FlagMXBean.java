package io.canarygateway.flags;

/** A flag as JMX shows it. */
public interface FlagMXBean {

  /** The flag's name. */
  String getName();

  /** One sentence for operators. */
  String getUsage();

  /** The name of the flag's type. */
  String getType();

  /** The default, as {@code /debug/flagz} shows it. */
  String getDefault();

  /** The value in force, as {@code /debug/flagz} shows it; a secret is masked. */
  String getValue();

  /** Which source's value is in force. */
  String getSource();

  /** Whether the flag may be set. */
  boolean isDynamic();

  /**
   * Overrides all other sources until {@link #clearOverride} or the process ends.
   *
   * @param value the value in its text form
   * @throws IllegalArgumentException if the flag is static or the value refused, with the reason
   */
  void setValue(String value);

  /**
   * Takes the override back, so that the other sources count again.
   *
   * @throws IllegalArgumentException if the rest of the settings would not fit together
   */
  void clearOverride();
}
