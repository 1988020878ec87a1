package io.canarygateway.tls;

/**
 * What is wrong with a file of a TLS section.
 *
 * @param key the setting below the section, such as {@code key-file} or {@code
 *     certificates[1].cert-file}
 * @param found the path of the file
 * @param expected what the file has to be
 */
public record TlsFault(String key, String found, String expected) {

  /** {@return one line: {@code key: found (expected …)}} */
  @Override
  public String toString() {
    return key + ": \"" + found + "\" (expected " + expected + ")";
  }
}
