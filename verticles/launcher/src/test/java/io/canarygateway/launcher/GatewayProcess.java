package io.canarygateway.launcher;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The fat jar as a user starts it. */
final class GatewayProcess implements AutoCloseable {

  private final Process process;
  private final Path out;
  private final Path err;

  private GatewayProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  static GatewayProcess start(Path directory, String... args) throws IOException {
    return start(directory, List.of(), args);
  }

  static GatewayProcess start(Path directory, List<String> jvmOptions, String... args)
      throws IOException {
    List<String> options = new ArrayList<>(jvmOptions);
    options.addAll(List.of("-jar", System.getProperty("gateway.jar")));
    return run(directory, List.of(), options, args);
  }

  /** One that another program starts. */
  static GatewayProcess startBy(List<String> starter, Path directory, String... args)
      throws IOException {
    return run(directory, starter, List.of("-jar", System.getProperty("gateway.jar")), args);
  }

  /** The fat jar together with others. */
  static GatewayProcess startWith(Path directory, Path jar, String... args) throws IOException {
    String classPath = System.getProperty("gateway.jar") + File.pathSeparator + jar;
    return run(
        directory,
        List.of(),
        List.of("-cp", classPath, "io.canarygateway.launcher.GatewayLauncher"),
        args);
  }

  private static GatewayProcess run(
      Path directory, List<String> starter, List<String> options, String... args)
      throws IOException {
    List<String> command = new ArrayList<>(starter);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of(args));
    return run(directory, Map.of(), command);
  }

  /** One that is started by a command of its own, with these variables in its environment. */
  static GatewayProcess run(Path directory, Map<String, String> environment, List<String> command)
      throws IOException {
    Path out = Files.createTempFile(directory, "gateway", ".out");
    Path err = Files.createTempFile(directory, "gateway", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    return new GatewayProcess(builder.start(), out, err);
  }

  GatewayProcess awaitReady() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new AssertionError("ended: " + err());
              }
              return out().contains("Succeeded in deploying verticle");
            });
    return this;
  }

  void terminate() {
    process.destroy();
  }

  void interrupt() throws Exception {
    signal("INT");
  }

  /** Sends a signal: {@code KILL}, {@code STOP}, {@code CONT}. */
  void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** The time on processors that it has taken so far. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("still running");
    }
    return process.exitValue();
  }

  String out() throws IOException {
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  /** How much it has written to its standard output, however much that is. */
  long outBytes() throws IOException {
    return Files.size(out);
  }

  String err() throws IOException {
    return Files.readString(err, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
