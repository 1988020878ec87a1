package io.canarygateway.flagwatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which notices of the operating system are about a watched file. */
class WatchedNamesTest {

  @TempDir private Path temp;
  private Path directory;
  private Path conf;

  @BeforeEach
  void write() throws Exception {
    directory = temp.toRealPath();
    conf = Files.writeString(directory.resolve("gateway.json"), "{}");
  }

  /** The names of files in a directory that count when all are written. */
  private static Set<String> counting(Path directory, WatchedNames names, Path... written)
      throws Exception {
    try (WatchService service = directory.getFileSystem().newWatchService()) {
      WatchKey key = directory.register(service, StandardWatchEventKinds.ENTRY_MODIFY);
      for (Path file : written) {
        Files.writeString(file, "more", StandardOpenOption.APPEND);
      }
      List<WatchEvent<?>> events = new ArrayList<>();
      Set<String> seen = new HashSet<>();
      Set<String> counting = new HashSet<>();
      await()
          .until(
              () -> {
                events.addAll(key.pollEvents());
                events.forEach(event -> seen.add(event.context().toString()));
                return seen.size() == written.length;
              });
      for (WatchEvent<?> event : events) {
        if (names.counts(directory, event)) {
          counting.add(event.context().toString());
        }
      }
      return counting;
    }
  }

  @Test
  void aLogThatIsWrittenBesideTheFileIsNoChange() throws Exception {
    Path log = Files.writeString(directory.resolve("access.log"), "");
    WatchedNames names = new WatchedNames(List.of(conf));

    assertThat(names.directories()).containsExactly(directory);
    assertThat(counting(directory, names, log, conf)).containsExactly("gateway.json");
  }

  @Test
  void eachFileOfAWatchedDirectoryCounts() throws Exception {
    Path flag = Files.writeString(directory.resolve("flag"), "");

    assertThat(counting(directory, new WatchedNames(List.of(directory)), flag, conf))
        .containsExactlyInAnyOrder("flag", "gateway.json");
  }

  @Test
  void theFileThatALinkLeadsToCountsInItsOwnDirectory() throws Exception {
    Path other = Files.createDirectory(directory.resolve("other"));
    Path real = Files.writeString(other.resolve("real.json"), "{}");
    Path beside = Files.writeString(other.resolve("gateway.json"), "{}");
    Path link = Files.createSymbolicLink(directory.resolve("link.json"), real);
    WatchedNames names = new WatchedNames(List.of(link));

    assertThat(names.directories()).containsExactlyInAnyOrder(directory, other);
    assertThat(counting(other, names, real, beside)).containsExactly("real.json");
  }

  @Test
  void aFileThatDoesNotExistIsAwaitedInTheNearestDirectoryThatDoes() {
    Path later = directory.resolve("later").resolve("gateway.json");

    assertThat(new WatchedNames(List.of(later)).directories()).containsExactly(directory);
  }
}
