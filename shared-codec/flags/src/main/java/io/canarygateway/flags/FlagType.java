package io.canarygateway.flags;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * The type of a flag: how its text form is read and written. Implementations are immutable and safe
 * for use by any thread.
 *
 * @param <T> the type of the value; immutable
 */
public interface FlagType<T> {

  /** The spelling of a value in a JSON document. */
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

  /** {@return the name of the type, such as {@code int64} or {@code string-slice}} */
  String name();

  /**
   * Reads a value.
   *
   * @param text the text form
   * @return the value, never null
   * @throws IllegalArgumentException if the text is not a value of this type or out of its range;
   *     operators see {@link #expected()} instead of the message
   */
  T parse(String text);

  /**
   * Reads a value as it is stored in etcd: UTF-8, except for types with a binary form.
   *
   * @param bytes the stored value
   * @return the value, never null
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
   * Reads a value as it is stored in a file. Line breaks at the end, which editors add, are
   * ignored, except by types with a binary form.
   *
   * @param bytes the file's content
   * @return the value, never null
   * @throws IllegalArgumentException if the bytes are not a value of this type
   */
  default T parseFile(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
      end--;
    }
    return parse(Arrays.copyOf(bytes, end));
  }

  /**
   * Writes a value so that {@link #parse(String)} reads an equal one. Equal values have equal
   * texts.
   *
   * @param value the value
   * @return its canonical text form
   */
  String format(T value);

  /**
   * Shows a value as Go does, such as {@code [car star]}. go-flagz shows and sums up this form.
   *
   * @param value the value
   * @return the form for pages and checksums
   */
  default String display(T value) {
    return format(value);
  }

  /**
   * {@return what a value has to look like, to follow "expected" in an error: {@code 0 to 65535}}
   */
  String expected();

  /** {@return the spelling of the value in a JSON document} */
  JsonForm jsonForm();

  /**
   * What a JSON Schema says of a value besides its form, so that editors can check a document. The
   * type itself stays the judge.
   *
   * @return keywords such as {@code minimum} and {@code pattern} to their values, which are texts,
   *     numbers, lists or maps; empty if there is nothing to say
   */
  default Map<String, Object> schema() {
    return Map.of();
  }
}
