package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every test that the table of HTTP's rules names is there, in this module or the launcher's. */
class ConformanceTableTest {

  private static final Path TABLE = Path.of("CONFORMANCE.md");
  private static final List<Path> TESTS =
      List.of(Path.of("src", "test", "java"), Path.of("..", "launcher", "src", "test", "java"));
  private static final Pattern NAMED =
      Pattern.compile("`([A-Z][A-Za-z0-9]+)\\.([a-z][A-Za-z0-9]+)`");

  private static Map<String, Path> classes;

  @BeforeAll
  static void findClasses() throws IOException {
    try (Stream<Path> here = Files.walk(TESTS.get(0));
        Stream<Path> there = Files.walk(TESTS.get(1))) {
      classes =
          Stream.concat(here, there)
              .filter(file -> file.toString().matches(".*(Test|IT)\\.java"))
              .collect(
                  Collectors.toMap(
                      file -> file.getFileName().toString().replace(".java", ""), file -> file));
    }
  }

  static List<String> rows() throws IOException {
    return Files.readAllLines(TABLE).stream().filter(row -> row.matches("\\| [0-9].*")).toList();
  }

  private static Stream<MatchResult> tests(String row) {
    return NAMED.matcher(row).results();
  }

  @Test
  void thereAreRows() throws IOException {
    assertThat(rows()).hasSizeGreaterThan(80);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theTestsOfARowExist(String row) {
    assertThat(tests(row)).isNotEmpty();
    assertThat(tests(row))
        .allSatisfy(
            named -> {
              assertThat(classes).containsKey(named.group(1));
              assertThat(classes.get(named.group(1)))
                  .content()
                  .contains("  void " + named.group(2) + "(");
            });
  }
}
