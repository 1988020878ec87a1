package io.canarygateway.flags;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The flags as a library of a program without Vert.x. */
class PlainJavaTest {

  private static final String PROGRAM =
      """
      import io.canarygateway.flags.*;
      import java.util.*;

      public class Shop {
        static final FlagSet FLAGS = new FlagSet(Runnable::run);
        static final LiveFlag<Long> LIMIT =
            FLAGS.add(
                Flag.ofDynamic("limit", FlagTypes.int64(), 10L, "Things in a cart.")
                    .withValidator(Validators.range(1, 100)));

        public static void main(String[] args) throws Exception {
          LIMIT.onChange((old, now) -> System.out.println(old + " to " + now));
          FLAGS.set("limit", "20");
          try {
            FLAGS.set("limit", "200");
          } catch (FlagException e) {
            System.out.println(e.getMessage());
          }
          System.out.println(LIMIT.get() + " " + FLAGS.flagz().checksumDynamic());
        }
      }
      """;

  @TempDir Path directory;

  @Test
  void twentyLinesWithoutVertxOnTheClassPath() throws Exception {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("vertx") && !entry.contains("netty"))
            .collect(Collectors.joining(File.pathSeparator));
    Path source = Files.writeString(directory.resolve("Shop.java"), PROGRAM);
    assertThat(PROGRAM.lines().count()).isLessThanOrEqualTo(24);
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-cp", classPath, "-d", directory.toString(), source.toString());
    assertThat(compiled).isZero();
    Path out = directory.resolve("out");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    directory + File.pathSeparator + classPath,
                    "Shop"))
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(out))
        .isEqualTo(
            "10 to 20\nlimit: \"200\" (expected a whole number, 1 to 100)\n20 %s\n"
                .formatted(new Checksum().add("limit", "20").hex()));
    assertThat(process.exitValue()).isZero();
  }
}
