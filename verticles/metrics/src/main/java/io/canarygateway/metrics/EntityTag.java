package io.canarygateway.metrics;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The strong entity tag of an answer.
 *
 * @param opaque the tag without quotes
 */
record EntityTag(String opaque) {

  private static final int BYTES = 16;

  /**
   * The tag of an answer and of what was asked. The answer is part of it besides its revision:
   * revisions begin anew with a process, and an open circuit breaker changes none.
   */
  static EntityTag of(String answer, String question) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(answer.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(question.getBytes(StandardCharsets.UTF_8));
      return new EntityTag(HexFormat.of().formatHex(digest.digest(), 0, BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** The tag as in a header. */
  String text() {
    return "\"" + opaque + "\"";
  }

  /**
   * Whether {@code If-None-Match} names the tag. Quotes may be missing, as in the protocol's
   * examples.
   */
  boolean isIn(@Nullable String ifNoneMatch) {
    if (ifNoneMatch == null) {
      return false;
    }
    for (String each : ifNoneMatch.split(",")) {
      String tag = each.strip();
      String strong = tag.startsWith("W/") ? tag.substring(2) : tag;
      if (strong.equals("*") || strong.equals(text()) || strong.equals(opaque)) {
        return true;
      }
    }
    return false;
  }
}
