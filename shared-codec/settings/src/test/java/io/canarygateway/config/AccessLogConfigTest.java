package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogConfigTest {

  @TempDir private Path directory;

  private static FlagValues values(Path file) throws ConfigException {
    return ConfigReader.read("{\"access-log\": \"common\", \"access-log-file\": \"" + file + "\"}");
  }

  @Test
  void aFileIsFineIfItCanBeMade() throws Exception {
    Path file = directory.resolve("access.log");
    AccessLogConfig.checkFile(values(file));
    assertThat(file).doesNotExist();
    Files.createFile(file);
    AccessLogConfig.checkFile(values(file));
  }

  @Test
  void aFileThatCannotBeMadeIsAFaultOfItsKey() {
    for (Path file : new Path[] {directory, directory.resolve("missing").resolve("access.log")}) {
      assertThatThrownBy(() -> AccessLogConfig.checkFile(values(file)))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("access-log-file: ")
          .hasMessageContaining(file + "")
          .hasMessageContaining("(expected a file that can be written");
    }
  }

  @Test
  void aFormatIsOneOfThree() {
    assertThatThrownBy(() -> ConfigReader.read("{\"access-log\": \"yes\"}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("(expected one of off, json, common)");
  }
}
