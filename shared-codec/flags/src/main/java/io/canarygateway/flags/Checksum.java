package io.canarygateway.flags;

import java.nio.charset.StandardCharsets;

/**
 * go-flagz's checksum of a set of flags: FNV-1a with 32 bits over the name and the displayed value
 * of each flag, in name order. Not safe for use by several threads.
 */
public final class Checksum {

  private static final int OFFSET_BASIS = 0x811c9dc5;
  private static final int PRIME = 0x01000193;

  private int hash = OFFSET_BASIS;

  /** Creates the checksum of no flags. */
  public Checksum() {}

  /**
   * Adds a flag. Callers add the flags in name order.
   *
   * @param name the flag's name
   * @param displayedValue the value as {@link FlagType#display} shows it
   * @return this checksum
   */
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

  /** {@return the checksum as eight lower-case hexadecimal digits} */
  public String hex() {
    return String.format("%08x", hash);
  }
}
