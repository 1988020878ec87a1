package io.canarygateway.flags;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that holds the value of one flag. */
public final class FlagFile {

  /** The largest file that is read, in bytes: the limit of a Kubernetes ConfigMap. */
  public static final int MAX_BYTES = 1 << 20;

  /** What a file has to be, to follow "expected" in an error. */
  public static final String EXPECTED = "a readable file of at most " + MAX_BYTES + " bytes";

  private FlagFile() {}

  /**
   * Reads a file for {@link Flag#parseFile}. Blocks.
   *
   * @param file the file
   * @return its content
   * @throws IOException if the file is not a regular file, is too large or cannot be read
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
