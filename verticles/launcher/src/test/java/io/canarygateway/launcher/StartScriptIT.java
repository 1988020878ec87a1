package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.GatewayProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code conf/gateway}, and the class-data archive that it makes and uses. */
class StartScriptIT {

  private static final Path SCRIPT =
      Path.of("..", "..", "conf", "gateway").toAbsolutePath().normalize();

  @TempDir Path directory;

  private GatewayProcess start(Map<String, String> environment, String... args) throws Exception {
    return GatewayProcess.run(directory, environment, command(args));
  }

  private static List<String> command(String... args) {
    return Stream.concat(Stream.of(SCRIPT.toString()), Stream.of(args)).toList();
  }

  private Map<String, String> environment(Path jar, String options) {
    return Map.of(
        "GATEWAY_JAR", jar.toString(),
        "JAVA_HOME", System.getProperty("java.home"),
        "JAVA_OPTS", options);
  }

  @Test
  void itMakesTheArchiveAndStartsWithIt() throws Exception {
    Path jar = Files.copy(Path.of(System.getProperty("gateway.jar")), directory.resolve("g.jar"));
    try (GatewayProcess archiving = start(environment(jar, ""), "archive")) {
      assertThat(archiving.exitCode()).as(archiving.err()).isZero();
      assertThat(archiving.out().strip()).isEqualTo(directory.resolve("g.jsa").toString());
    }
    JsonObject config = Demo.demo();
    Path classes = directory.resolve("classes.log");
    try (GatewayProcess gateway =
        start(environment(jar, "-Xlog:class+load:file=" + classes), "-conf", config.encode())
            .awaitReady()) {
      assertThat(Demo.get(Demo.router(config) + "/x")).startsWith("Hello from ");
      gateway.terminate();
      assertThat(gateway.exitCode()).isZero();
      assertThat(gateway.err()).isEmpty();
    }
    List<String> loaded = Files.readAllLines(classes);
    long shared = loaded.stream().filter(line -> line.contains("shared objects file")).count();
    assertThat(shared).isGreaterThan(loaded.size() * 9L / 10);
  }

  @Test
  void withoutAnArchiveItStartsAllTheSame() throws Exception {
    Path jar = Files.copy(Path.of(System.getProperty("gateway.jar")), directory.resolve("g.jar"));
    Files.writeString(directory.resolve("g.jsa"), "no archive");
    JsonObject config = Demo.demo();
    try (GatewayProcess gateway =
        start(environment(jar, "-Xmx96m"), "-conf", config.encode()).awaitReady()) {
      assertThat(Demo.get(Demo.router(config) + "/x")).startsWith("Hello from ");
      assertThat(gateway.out().lines()).allMatch(line -> line.startsWith("{"));
      assertThat(gateway.err()).isEmpty();
    }
  }

  @Test
  void exitCodesAreTheGateways() throws Exception {
    Path jar = Path.of(System.getProperty("gateway.jar"));
    try (GatewayProcess gateway = start(environment(jar, ""), "-conf", "{ not json")) {
      assertThat(gateway.exitCode()).isEqualTo(78);
      assertThat(gateway.err().lines()).hasSize(1);
    }
  }
}
