package io.canarygateway.daemon;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * maxwells-daemon's maintenance file: there while the maintenance rollout is above 0. All methods
 * block.
 */
final class MaintenanceFile {

  private final Path file;

  MaintenanceFile(Path stateDir, String application) {
    this.file = stateDir.resolve("maintenance").resolve(application);
  }

  /**
   * Makes the file be there or not.
   *
   * @throws IOException if it cannot be made or removed
   */
  void set(boolean there) throws IOException {
    if (!there) {
      Files.deleteIfExists(file);
      return;
    }
    if (!Files.exists(file)) {
      Files.createDirectories(file.getParent());
      try {
        Files.createFile(file);
      } catch (FileAlreadyExistsException e) {
        // Somebody else was as quick.
      }
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
