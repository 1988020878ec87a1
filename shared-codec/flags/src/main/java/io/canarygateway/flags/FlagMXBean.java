package io.canarygateway.flags;

/** A flag as JMX shows it. */
public interface FlagMXBean {

  /** {@return the flag's name} */
  String getName();

  /** {@return one sentence for operators} */
  String getUsage();

  /** {@return the name of the flag's type} */
  String getType();

  /** {@return the default, as {@code /debug/flagz} shows it} */
  String getDefault();

  /** {@return the value in force, as {@code /debug/flagz} shows it; a secret is masked} */
  String getValue();

  /** {@return the source that the value in force comes from} */
  String getSource();

  /** {@return whether {@link #setValue} is allowed} */
  boolean isDynamic();

  /**
   * Overrides all other sources until {@link #clearOverride} is called or the process ends.
   *
   * @param value the value in its text form
   * @throws IllegalArgumentException if the flag is static or the value is refused; the message
   *     gives the reason
   */
  void setValue(String value);

  /**
   * Removes the override, so that the highest source below it is in force again.
   *
   * @throws IllegalArgumentException if the resulting settings would not fit together
   */
  void clearOverride();
}
