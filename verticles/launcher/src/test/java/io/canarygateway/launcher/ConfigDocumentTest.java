package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.canarygateway.config.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the configuration comes from, and why it cannot be read. */
class ConfigDocumentTest {

  @TempDir Path directory;

  private static void refuses(Path file, String problem) {
    assertThatThrownBy(() -> ConfigDocument.of(Optional.of(file.toString())))
        .isInstanceOf(ConfigException.class)
        .hasMessage("-conf: " + problem);
  }

  @Test
  void aFileIsReadAndWatched() throws Exception {
    Path file = Files.writeString(directory.resolve("a.json"), "{\"a\": \"ä\"}");
    ConfigDocument document = ConfigDocument.of(Optional.of(file.toString()));
    assertThat(document.text()).isEqualTo("{\"a\": \"ä\"}");
    assertThat(document.file()).contains(file);
    assertThat(document.name()).isEqualTo(file.toString());
    assertThat(document.demo()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", " \n{\"a\": 1}", "[1]", "{ not json"})
  void textThatBeginsWithABracketIsTheDocumentItself(String text) throws Exception {
    ConfigDocument document = ConfigDocument.of(Optional.of(text));
    assertThat(document.text()).isEqualTo(text);
    assertThat(document.file()).isEmpty();
    assertThat(document.name()).isEqualTo("inline JSON");
  }

  @Test
  void nothingIsTheDemo() throws Exception {
    ConfigDocument document = ConfigDocument.of(Optional.empty());
    assertThat(document.demo()).isTrue();
    assertThat(document.name()).isEqualTo("built-in demo");
    assertThat(document.text()).contains("\"demo\"");
  }

  @Test
  void missingAndDirectoryAndForeignAndLongAreToldApart() throws Exception {
    Path missing = directory.resolve("b.json");
    refuses(missing, "no file \"" + missing + "\" (expected a JSON file or inline JSON)");
    refuses(directory, "the directory \"" + directory + "\" (expected a JSON file or inline JSON)");
    Path foreign = Files.write(directory.resolve("c"), new byte[] {'{', (byte) 0xff, '}'});
    refuses(foreign, "the file \"" + foreign + "\" (expected a file in UTF-8)");
    Path large = Files.write(directory.resolve("d"), new byte[(1 << 20) + 1]);
    refuses(large, "\"" + large + "\" (expected a file of at most 1048576 bytes)");
  }

  @Test
  void aFileOfAnotherUserIsToldApartToo() throws Exception {
    Path secret = Files.writeString(directory.resolve("e.json"), "{}");
    Files.setPosixFilePermissions(secret, Set.of());
    assumeFalse(Files.isReadable(secret), "this user may read every file");
    refuses(secret, "the file \"" + secret + "\" (expected a file that this user may read)");
  }
}
