package io.canarygateway.store;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Converts the text of a state to bytes and back. Refuses what a store could not give back. */
final class StateText {

  static final int MAX_BYTES = 256 << 10;

  private StateText() {}

  /**
   * Encodes a text in UTF-8.
   *
   * @throws StoreException if the text is empty, has more than {@link #MAX_BYTES}, or has an
   *     unpaired surrogate
   */
  static byte[] encode(String text) throws StoreException {
    if (text.isEmpty()) {
      throw new StoreException("the state is empty, so it was not written", null);
    }
    if (text.length() > MAX_BYTES) { // Each character has at least one byte.
      throw tooLarge("more than " + text.length());
    }
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      if (encoded.remaining() > MAX_BYTES) {
        throw tooLarge(Integer.toString(encoded.remaining()));
      }
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new StoreException("the state has an unpaired surrogate, so it was not written", e);
    }
  }

  private static StoreException tooLarge(String size) {
    return new StoreException(
        "the state has " + size + " bytes, over the limit of " + MAX_BYTES + "; it was not written",
        null);
  }

  /**
   * Decodes bytes that an engine holds.
   *
   * @throws StoreException if they are not UTF-8
   */
  static String decode(ByteBuffer bytes) throws StoreException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new StoreException("the state is not UTF-8", e);
    }
  }
}
