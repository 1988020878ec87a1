package io.canarygateway.flags;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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
    /** An array of strings, or one string that is a CSV record. */
    STRING_ARRAY,
    /** Any JSON value, or a string that holds one. */
    JSON
  }

  /** The name of the type: {@code int64}, {@code string-slice}. */
  String name();

  /**
   * Reads a value.
   *
   * @param text the text form
   * @return the value, never null
   * @throws IllegalArgumentException if the text is not a value of this type or out of its range;
   *     the message is not for users, {@link #expected()} is
   */
  T parse(String text);

  /**
   * Reads a value as it stands in a store: UTF-8, but for types with a binary form.
   *
   * @throws IllegalArgumentException if the bytes are not a value of this type
   */
  default T parse(byte[] bytes) {
    try {
      return parse(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not UTF-8", e);
    }
  }

  /**
   * Reads a value as it stands in a file: the line breaks at the end, which editors leave there,
   * are not part of it, but for types with a binary form.
   *
   * @throws IllegalArgumentException if the bytes are not a value of this type
   */
  default T parseFile(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
      end--;
    }
    return parse(Arrays.copyOf(bytes, end));
  }

  /** Writes a value so that {@link #parse(String)} reads an equal one; equal values equally. */
  String format(T value);

  /** Shows a value as Go does, which is what go-flagz shows and sums up: {@code [car star]}. */
  default String display(T value) {
    return format(value);
  }

  /** What a value has to look like, as the end of an error: {@code expected 0 to 65535}. */
  String expected();

  /** The JSON spelling of the value. */
  JsonForm jsonForm();
}
