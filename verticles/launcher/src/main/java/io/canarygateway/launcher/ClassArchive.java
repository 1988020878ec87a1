package io.canarygateway.launcher;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that writes a class-data archive beside the jar: {@code java -cp gateway-fat.jar
 * io.canarygateway.launcher.ClassArchive} writes {@code gateway-fat.jsa}. With {@code
 * -XX:SharedArchiveFile=gateway-fat.jsa} the same JVM starts the same jar in half of the time.
 *
 * <p>It runs a demo on free ports to list the classes that a gateway loads. The demo's JVM gets the
 * options of this JVM, because an archive fits only a JVM with the same ones of some options, such
 * as {@code -XX:+UseCompactObjectHeaders}.
 */
public final class ClassArchive {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ROUNDS = 3;

  private final Path jar;
  private final Path directory;
  private final HttpClient client = HttpClient.newHttpClient();

  private ClassArchive(Path jar, Path directory) {
    this.jar = jar;
    this.directory = directory;
  }

  /**
   * Writes the archive and prints its path. Without success it prints the reason to stderr and
   * exits with 1.
   *
   * @param args none
   */
  public static void main(String[] args) {
    try {
      Path jar =
          Path.of(ClassArchive.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path archive = jar.resolveSibling(jar.getFileName().toString().replaceAll("\\.jar$", ".jsa"));
      Path directory = Files.createTempDirectory("gateway");
      try {
        new ClassArchive(jar, directory).make(archive);
      } finally {
        delete(directory);
      }
      System.out.println(archive);
    } catch (Exception e) {
      System.err.println("no class-data archive was made: " + e);
      System.exit(ExitCode.FAILURE);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  private void make(Path archive) throws Exception {
    Path list = directory.resolve("classes");
    collect(list);
    Path made = directory.resolve("archive");
    Process dump =
        java("dump", List.of("-Xshare:dump", "-XX:SharedClassListFile=" + list, file(made)));
    await(dump, "the dump");
    // A running gateway may have the old archive mapped. Deleting it leaves that mapping intact.
    Files.deleteIfExists(archive);
    Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String file(Path archive) {
    return "-XX:SharedArchiveFile=" + archive;
  }

  /** Writes the list of classes that a gateway loads while it starts, serves and stops. */
  private void collect(Path list) throws Exception {
    int[] ports = freePorts(5);
    List<String> options = List.of("-Xshare:off", "-XX:DumpLoadedClassList=" + list);
    Process gateway = java("run", options, "-conf", demo(ports));
    try {
      serve(gateway, ports[0], ports[1]);
    } finally {
      gateway.destroy();
    }
    await(gateway, "the gateway");
  }

  private static void await(Process process, String name) throws Exception {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(name + " did not end");
    }
    if (process.exitValue() != ExitCode.OK) {
      throw new IOException(name + " ended with exit code " + process.exitValue());
    }
  }

  private Process java(String name, List<String> options, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(options);
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve(name).toFile())
        .start();
  }

  private void serve(Process gateway, int router, int instrumentation) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!ready(instrumentation)) {
      if (!gateway.isAlive() || System.nanoTime() > end) {
        throw new IOException("the gateway did not start");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    for (int i = 0; i < ROUNDS; i++) {
      send(request(router, "/"));
      send(request(router, "/").header("X-Canary", "true"));
      send(request(router, "/").POST(BodyPublishers.ofString("a body")));
      send(request(instrumentation, "/metrics"));
      send(request(instrumentation, "/debug/flagz"));
      send(request(instrumentation, "/debug/flagz").header("Accept", "text/html"));
    }
  }

  private boolean ready(int port) throws InterruptedException {
    try {
      return send(request(port, "/health/ready")) == 200;
    } catch (IOException e) {
      return false; // The gateway does not listen yet.
    }
  }

  private static HttpRequest.Builder request(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  private int send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.timeout(PATIENCE).build(), BodyHandlers.discarding()).statusCode();
  }

  private static String demo(int[] ports) {
    JsonObject demo =
        new JsonObject()
            .put("enabled", true)
            .put("main-port", ports[2])
            .put("canary-port", ports[3])
            .put("sidecar-port", ports[4]);
    return new JsonObject()
        .put("router-server", new JsonObject().put("port", ports[0]))
        .put("instrumentation", new JsonObject().put("port", ports[1]))
        .put("main-target", "http://127.0.0.1:" + ports[2])
        .put("canary-target", "http://127.0.0.1:" + ports[3])
        .put("sidecar-url", "http://127.0.0.1:" + ports[4])
        .put("demo", demo)
        .encode();
  }

  private static int[] freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }
}
