package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.config.Settings;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Documents lead to files that exist, and name settings that exist. */
class DocumentsTest {

  private static final Path ROOT = ModulePicture.ROOT;
  private static final int README_LINES = 130;
  private static final int ANSWERS_WITHIN = 60;

  private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]*)(#[^)]+)?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Pattern DOTTED_NAME = Pattern.compile("`([a-z]+(?:-[a-z]+)*\\.[a-z.-]+)`");

  /** Endings of file names, which look like settings. */
  private static final Pattern FILE_NAME =
      Pattern.compile(".+\\.(jar|jsa|json|yaml|xml|conf|md|sh|service|sock)");

  static Stream<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    // Tests that run at the same time write and delete files in the folders that are left out.
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return folder.endsWith("target") || folder.endsWith(".git")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".md")) {
              documents.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    return documents.stream();
  }

  @Test
  void theReadmeIsShortAndAnswersFirst() throws Exception {
    List<String> lines = Files.readAllLines(ROOT.resolve("README.md"));
    assertThat(lines).hasSizeLessThanOrEqualTo(README_LINES);
    assertThat(String.join("\n", lines.subList(0, ANSWERS_WITHIN)))
        .contains("gateway-fat.jar", "canary-enabled", "circuit-breaker.generation");
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksLeadToFilesAndHeadings(Path document) throws Exception {
    for (MatchResult link : LINK.matcher(Files.readString(document)).results().toList()) {
      Path target =
          link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1)).normalize();
      assertThat(target).as(link.group()).exists();
      if (link.group(2) != null) {
        assertThat(anchors(target)).as(link.group()).contains(link.group(2));
      }
    }
  }

  private static Set<String> anchors(Path document) throws IOException {
    return HEADING
        .matcher(Files.readString(document))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> "#" + heading.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @MethodSource("documents")
  void settingsThatAreNamedExist(Path document) throws Exception {
    Set<String> sections = new TreeSet<>();
    Set<String> names = new TreeSet<>(Settings.byName().keySet());
    for (String name : Settings.byName().keySet()) {
      for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
        sections.add(name.substring(0, dot));
      }
    }
    names.addAll(sections);
    assertThat(DOTTED_NAME.matcher(Files.readString(document)).results())
        .extracting(found -> found.group(1))
        .filteredOn(found -> sections.contains(found.substring(0, found.indexOf('.'))))
        .filteredOn(found -> !FILE_NAME.matcher(found).matches())
        .isSubsetOf(names);
  }
}
