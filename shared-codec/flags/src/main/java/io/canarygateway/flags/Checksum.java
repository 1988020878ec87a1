package io.canarygateway.flags;

import java.nio.charset.StandardCharsets;

/**
 * go-flagz's checksum of a set of flags: FNV-1a of 32 bits over the name and the shown value of
 * each flag, in the order of the names. Not safe for use by many threads.
 */
public final class Checksum {

  private static final int OFFSET_BASIS = 0x811c9dc5;
  private static final int PRIME = 0x01000193;

  private int hash = OFFSET_BASIS;

  /** Adds a flag; to be called in the order of the names. */
  public Checksum add(String name, String displayedValue) {
    add(name);
    add(displayedValue);
    return this;
  }

  private void add(String text) {
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (octet & 0xff)) * PRIME;
    }
  }

  /** The sum as eight hexadecimal digits. */
  public String hex() {
    return String.format("%08x", hash);
  }
}
