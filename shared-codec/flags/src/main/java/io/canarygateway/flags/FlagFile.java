package io.canarygateway.flags;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that holds one flag's value. */
public final class FlagFile {

  /** Bytes that a value may have at most, as in a ConfigMap. */
  public static final int MAX_BYTES = 1 << 20;

  /** What a file has to be, as the end of an error. */
  public static final String EXPECTED = "a readable file of at most " + MAX_BYTES + " bytes";

  private FlagFile() {}

  /**
   * Reads a value, for {@link Flag#parseFile}. Blocks.
   *
   * @throws IOException if it is no regular file, too large or cannot be read
   */
  public static byte[] read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("not a regular file: " + file);
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new IOException("too large: " + file);
    }
    return bytes;
  }
}
