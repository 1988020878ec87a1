package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One version: the property {@code revision} of the root pom. What does not get it from Maven is
 * compared with it here. {@code -Dconf.write} writes it into the files of {@code conf}.
 */
class VersionsTest {

  private static final Path ROOT = ModulePicture.ROOT;
  private static final Path CHART = ROOT.resolve("conf/helm/canary-gateway/Chart.yaml");
  private static final String SNAPSHOT = "-SNAPSHOT";

  /** What stands before a version in the files of {@code conf}, and the version. */
  private static final Pattern IN_CONF =
      Pattern.compile("(?m)(\\bcanary-gateway:|^version: |^appVersion: )(\\d[0-9A-Za-z.-]*)");

  private static final Pattern SECTION =
      Pattern.compile("(?m)^## \\[([^]]+)](?: - (\\d{4}-\\d{2}-\\d{2}))?$");

  private static String property(Path pom, String name) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(pom.toFile())
        .getElementsByTagName(name)
        .item(0)
        .getTextContent();
  }

  private static String revision() throws Exception {
    return property(ROOT.resolve("pom.xml"), "revision");
  }

  /** The sections of the changelog, newest first; {@code Unreleased} only if it says something. */
  private static List<MatchResult> sections() throws IOException {
    String changes = Files.readString(ROOT.resolve("CHANGELOG.md"));
    return SECTION
        .matcher(changes)
        .results()
        .filter(
            section ->
                !section.group(1).equals("Unreleased")
                    || !changes.substring(section.end()).stripLeading().startsWith("## "))
        .toList();
  }

  private static List<MatchResult> releases() throws IOException {
    return sections().stream().filter(section -> !section.group(1).equals("Unreleased")).toList();
  }

  private static Version version(MatchResult section) {
    return Version.parse(section.group(1));
  }

  @Test
  void theJarSaysTheRevision() throws Exception {
    assertThat(Answers.version()).isEqualTo(revision());
  }

  @Test
  void theChangelogTellsOfTheRevision() throws Exception {
    String revision = revision();
    if (revision.endsWith(SNAPSHOT)) {
      Version next = Version.parse(revision.replace(SNAPSHOT, ""));
      assertThat(releases()).allSatisfy(release -> assertThat(version(release)).isLessThan(next));
      return;
    }
    MatchResult newest = sections().get(0);
    assertThat(newest.group(1)).isEqualTo(revision);
    assertThat(property(ROOT.resolve("pom.xml"), "project.build.outputTimestamp"))
        .as("the time of what the jar contains is the day of the release")
        .startsWith(newest.group(2) + "T");
  }

  @Test
  void theChangelogNamesEachReleaseOnceWithItsDayNewestFirst() throws Exception {
    assertThat(releases()).allSatisfy(release -> assertThat(release.group(2)).isNotNull());
    List<Version> versions = releases().stream().map(VersionsTest::version).toList();
    for (int i = 1; i < versions.size(); i++) {
      assertThat(versions.get(i)).isLessThan(versions.get(i - 1));
    }
  }

  static Stream<Path> filesWithVersions() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve("conf"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.equals(CHART) || !file.startsWith(CHART.getParent()))
          .filter(file -> IN_CONF.matcher(text(file)).find())
          .toList()
          .stream();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(file + ": " + e, e);
    }
  }

  @ParameterizedTest
  @MethodSource("filesWithVersions")
  void theFilesOfConfSayTheRevision(Path file) throws Exception {
    if (System.getProperty("conf.write") != null) {
      Files.writeString(file, IN_CONF.matcher(text(file)).replaceAll("$1" + revision()));
    }
    assertThat(IN_CONF.matcher(text(file)).results().map(found -> found.group(2)))
        .as(file.toString())
        .containsOnly(revision());
  }

  @Test
  void theChartAndAllImagesAreAmongThem() throws Exception {
    assertThat(filesWithVersions().map(file -> file.getFileName().toString()))
        .contains("Chart.yaml", "Dockerfile", "kubernetes.yaml", "kubernetes-cluster.yaml");
    assertThat(IN_CONF.matcher(text(CHART)).results()).hasSize(2);
  }

  @Test
  void theDescriptionOfTheApiSaysTheRevision() throws Exception {
    try (InputStream in =
        VersionsTest.class.getResourceAsStream("/io/canarygateway/metrics/openapi.json")) {
      JsonObject description =
          new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      assertThat(description.getJsonObject("info").getString("version")).isEqualTo(revision());
    }
  }

  /** The release that the API of shared-codec is compared with. */
  @Test
  void theApiIsComparedWithAReleaseOfTheChangelog() throws Exception {
    String compared = property(ROOT.resolve("shared-codec/pom.xml"), "api.last-release");
    if (!compared.equals("none")) {
      assertThat(releases().stream().map(section -> section.group(1))).contains(compared);
    }
  }
}
