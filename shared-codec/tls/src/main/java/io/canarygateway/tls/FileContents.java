package io.canarygateway.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What some files contained at one moment. Two are equal if all bytes are, so that a change is
 * noticed however it was made. Immutable.
 *
 * @param byPath the bytes of each file, one a character; empty if it cannot be read
 */
record FileContents(Map<Path, Optional<String>> byPath) {

  /** Larger files are no certificates. */
  private static final int MAX_BYTES = 1 << 20;

  FileContents {
    byPath = Map.copyOf(byPath);
  }

  /** Reads files; blocks. A file that cannot be read is part of the result. */
  static FileContents read(Collection<Path> files) {
    Map<Path, Optional<String>> read = new HashMap<>();
    files.forEach(file -> read.put(file, content(file)));
    return new FileContents(read);
  }

  private static Optional<String> content(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty(); // A pipe would block, and could be read only once.
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      return bytes.length > MAX_BYTES
          ? Optional.empty()
          : Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * The bytes of a file.
   *
   * @param key the setting that names the file, for the fault
   * @param faults gets a fault if the file could not be read
   */
  Optional<byte[]> of(String key, Path file, List<TlsFault> faults) {
    Optional<String> content = Objects.requireNonNull(byPath.get(file));
    if (content.isEmpty()) {
      faults.add(new TlsFault(key, file.toString(), "a file of at most 1 MB that can be read"));
    }
    return content.map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Keeps keys out of logs. */
  @Override
  public String toString() {
    return "contents of " + byPath.keySet();
  }
}
