package io.canarygateway.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of a user's sidecar verticle needs this module and Vert.x, nothing else. */
class SidecarOfYourOwnTest {

  /** All that a sidecar verticle has on its class path besides this module's own classes. */
  private static final String NEEDED =
      "(vertx-core|vertx-core-logging|netty-[a-z0-9-]+|jackson-core|slf4j-api)-[0-9].*\\.jar";

  private static final String PROGRAM =
      """
      import io.canarygateway.example.CoinVerticle;
      import io.canarygateway.message.*;
      import io.vertx.core.*;
      import io.vertx.core.buffer.Buffer;
      import java.util.List;
      import java.util.concurrent.TimeUnit;

      public class Ask {
        public static void main(String[] args) throws Exception {
          Vertx vertx = Vertx.vertx();
          SidecarRequest beta =
              new SidecarRequest("GET", "/beta/1", "", List.of(), Buffer.buffer(), "");
          SidecarReply reply =
              vertx
                  .deployVerticle(new CoinVerticle())
                  .compose(id -> vertx.eventBus().<SidecarReply>request("shop.decide", beta))
                  .toCompletionStage()
                  .toCompletableFuture()
                  .get(20, TimeUnit.SECONDS)
                  .body();
          System.out.println(reply);
          vertx.close();
        }
      }
      """;

  @TempDir Path directory;

  @Test
  void theExampleCompilesAndAnswersOnMessagesAlone() throws Exception {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> isMessages(Path.of(entry)) || isNeeded(Path.of(entry)))
            .collect(Collectors.joining(File.pathSeparator));
    Path ask = Files.writeString(directory.resolve("Ask.java"), PROGRAM);
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-cp",
                classPath,
                "-d",
                directory.toString(),
                example().toString(),
                ask.toString());
    assertThat(compiled).isZero();
    Path out = directory.resolve("out");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    directory + File.pathSeparator + classPath,
                    "Ask"))
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(out))
        .endsWith("SidecarReply[status=200, failure=Optional.empty]\n");
    assertThat(process.exitValue()).isZero();
  }

  private static boolean isMessages(Path entry) {
    return entry.endsWith(Path.of("messages", "target", "classes"));
  }

  private static boolean isNeeded(Path entry) {
    return entry.getFileName().toString().matches(NEEDED);
  }

  /** The example stands beside the tests that run it in a cluster. */
  private static Path example() throws IOException {
    // Only sources: what is built or tested meanwhile comes and goes.
    try (Stream<Path> files = Files.walk(Path.of("..", "..", "verticles", "launcher", "src"))) {
      return files.filter(file -> file.endsWith("CoinVerticle.java")).findFirst().orElseThrow();
    }
  }
}
