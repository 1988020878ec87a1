package io.canarygateway.daemon;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * maxwells-daemon's maintenance file, which exists while the maintenance rollout is above 0. All
 * methods block.
 */
final class MaintenanceFile {

  private final Path file;

  MaintenanceFile(Path stateDir, String application) {
    this.file = stateDir.resolve("maintenance").resolve(application);
  }

  /**
   * Creates or removes the file.
   *
   * @param wanted whether the file has to exist
   * @throws IOException if the file cannot be created or removed
   */
  void set(boolean wanted) throws IOException {
    if (!wanted) {
      Files.deleteIfExists(file);
      return;
    }
    if (!Files.exists(file)) {
      Files.createDirectories(file.getParent());
      try {
        Files.createFile(file);
      } catch (FileAlreadyExistsException e) {
        // Another process has created it since the check.
      }
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
