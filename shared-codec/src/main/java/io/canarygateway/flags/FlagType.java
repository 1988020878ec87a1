package io.canarygateway.flags;

/**
 * The type of a flag: how its text form is read and written. Implementations are immutable and safe
 * for use by any thread.
 *
 * @param <T> the type of the value; immutable
 */
public interface FlagType<T> {

  /** How a value may be spelled in a JSON document. */
  enum JsonForm {
    /** A JSON string. */
    STRING,
    /** A JSON number, or a string that holds one. */
    NUMBER,
    /** {@code true} or {@code false}, or a string that holds one of them. */
    BOOLEAN,
    /** An array of strings, or one string. */
    STRING_ARRAY
  }

  /**
   * Reads a value.
   *
   * @param text the text form
   * @return the value, never null
   * @throws IllegalArgumentException if the text is not a value of this type or out of its range;
   *     the message is not for users, {@link #expected()} is
   */
  T parse(String text);

  /** Writes a value so that {@link #parse} reads an equal one. */
  String format(T value);

  /** What a value has to look like, as the end of an error: {@code expected 0 to 65535}. */
  String expected();

  /** The JSON spelling of the value. */
  JsonForm jsonForm();
}
