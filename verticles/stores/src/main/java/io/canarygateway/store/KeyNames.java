package io.canarygateway.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The names of keys in the engines. Two different keys never have the same name. */
final class KeyNames {

  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

  private static final String ETCD_PREFIX = "/gateway/";
  private static final String FILE_SUFFIX = ".state";

  /** Below the 255 bytes of most file systems, with room for suffixes. */
  private static final int MAX_FILE_BYTES = 240;

  private static final Pattern HASHED = Pattern.compile("~[0-9a-f]{64}$");
  private static final int HASH_LENGTH = 65;

  private KeyNames() {}

  /** The key in etcd, such as {@code /gateway/breakers/prod/2}. */
  static String etcd(StateKey key) {
    return ETCD_PREFIX
        + key.path().stream().map(KeyNames::segment).collect(Collectors.joining("/"));
  }

  /** The name of the file, such as {@code breakers,prod,2.state}. */
  static String file(StateKey key) {
    String name = key.path().stream().map(KeyNames::segment).collect(Collectors.joining(","));
    return bounded(name, MAX_FILE_BYTES) + FILE_SUFFIX;
  }

  /** Encodes a segment: bytes other than letters, digits, {@code -_.} become {@code %XX}. */
  private static String segment(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte each : bytes(text)) {
      if (PLAIN.indexOf(each) >= 0) {
        encoded.append((char) each);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
      }
    }
    return encoded.toString();
  }

  /** UTF-8; an unpaired surrogate becomes three bytes, where Java's encoder puts a {@code ?}. */
  private static byte[] bytes(String text) {
    byte[] whole = text.getBytes(StandardCharsets.UTF_8);
    if (isWellFormed(text)) {
      return whole;
    }
    var bytes = new java.io.ByteArrayOutputStream();
    text.codePoints()
        .forEach(
            point -> {
              if (isSurrogate(point)) {
                bytes.write(0xe0 | point >> 12);
                bytes.write(0x80 | point >> 6 & 0x3f);
                bytes.write(0x80 | point & 0x3f);
              } else {
                bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
              }
            });
    return bytes.toByteArray();
  }

  private static boolean isWellFormed(String text) {
    return text.codePoints().noneMatch(KeyNames::isSurrogate);
  }

  private static boolean isSurrogate(int point) {
    return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
  }

  /**
   * Bounds the length of a name. A long name keeps its beginning, and its hash replaces the rest.
   *
   * @param maxBytes the limit in bytes of UTF-8, at least 128
   */
  static String bounded(String name, int maxBytes) {
    byte[] bytes = bytes(name);
    // A name that looks hashed is hashed too, so that it cannot be the name of another key.
    if (bytes.length <= maxBytes && isWellFormed(name) && !HASHED.matcher(name).find()) {
      return name;
    }
    StringBuilder kept = new StringBuilder();
    int room = maxBytes - HASH_LENGTH;
    for (int point : name.codePoints().toArray()) {
      room -= bytes(Character.toString(point)).length;
      if (room < 0 || isSurrogate(point)) {
        break;
      }
      kept.appendCodePoint(point);
    }
    return kept + "~" + HexFormat.of().formatHex(sha256().digest(bytes));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
