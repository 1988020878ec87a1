package io.canarygateway.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The content of a state's file: one line with a format, a revision and a checksum, then the text.
 * The checksum shows a file that was written only in part, or edited by hand.
 */
final class StateFile {

  /** No whole file is larger. */
  static final int MAX_BYTES = 256 + StateText.MAX_BYTES;

  private static final Pattern HEADER =
      Pattern.compile("gateway-state 1 ([0-9a-f]{32}) ([0-9a-f]{64})\n");

  private static final int HEADER_BYTES = "gateway-state 1  \n".length() + 32 + 64;
  private static final int TOKEN_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private StateFile() {}

  /** A random token of 128 bits, which no other write ever has. */
  static String newToken() {
    byte[] bytes = new byte[TOKEN_BYTES];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  static byte[] encode(String token, byte[] text) {
    byte[] header =
        ("gateway-state 1 " + token + " " + checksum(token, text) + "\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] content = Arrays.copyOf(header, header.length + text.length);
    System.arraycopy(text, 0, content, header.length, text.length);
    return content;
  }

  /**
   * Decodes a file.
   *
   * @throws StoreException if the file is not whole
   */
  static State decode(byte[] content) throws StoreException {
    int length = Math.min(HEADER_BYTES, content.length);
    Matcher header = HEADER.matcher(new String(content, 0, length, StandardCharsets.ISO_8859_1));
    if (!header.matches()) {
      throw new StoreException("the file of the state does not begin like one", null);
    }
    byte[] text = Arrays.copyOfRange(content, HEADER_BYTES, content.length);
    if (!checksum(header.group(1), text).equals(header.group(2))) {
      throw new StoreException("the file of the state is damaged: its checksum is wrong", null);
    }
    return new State(new Revision(header.group(1)), StateText.decode(ByteBuffer.wrap(text)));
  }

  private static String checksum(String token, byte[] text) {
    var digest = KeyNames.sha256();
    digest.update(token.getBytes(StandardCharsets.ISO_8859_1));
    return HexFormat.of().formatHex(digest.digest(text));
  }
}
