package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every test that the table of HTTP's rules names is there. */
class ConformanceTableTest {

  private static final Path TABLE = Path.of("../proxy/CONFORMANCE.md");
  private static final Pattern NAMED =
      Pattern.compile("`([A-Z][A-Za-z0-9]+)\\.([a-z][A-Za-z0-9]+)`");

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
            named ->
                assertThat(Arrays.stream(type(named.group(1)).getDeclaredMethods()))
                    .extracting(Method::getName)
                    .contains(named.group(2)));
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(ConformanceTableTest.class.getPackageName() + "." + name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError("no such test: " + name, e);
    }
  }
}
