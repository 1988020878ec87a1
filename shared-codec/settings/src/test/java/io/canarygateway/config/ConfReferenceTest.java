package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConfReferenceTest {

  private static final Path CONF = Path.of("..", "..", "conf");
  private static final Path FILE = CONF.resolve("README.md");

  @Test
  void theReferenceIsThatOfTheSettings() throws IOException {
    if (System.getProperty("conf.write") != null) {
      Files.writeString(FILE, ConfReference.markdown());
    }
    assertThat(Files.readString(FILE))
        .as("conf/README.md is not that of the settings; write it anew: " + ConfReference.COMMAND)
        .isEqualTo(ConfReference.markdown());
  }

  @Test
  void everyExampleFileIsListed() throws IOException {
    try (Stream<Path> files = Files.list(CONF)) {
      Set<String> names =
          files
              .filter(Files::isRegularFile)
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.endsWith(".md") && !name.startsWith("."))
              .filter(name -> !name.startsWith("gateway-fat."))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(names).containsExactlyInAnyOrderElementsOf(ConfReference.EXAMPLES.keySet());
    }
  }

  @Test
  void everyUsageTextIsOneOrMoreSentences() {
    assertThat(Settings.byName().values())
        .allSatisfy(flag -> assertThat(flag.usage()).matches("\\S.*\\."));
  }
}
