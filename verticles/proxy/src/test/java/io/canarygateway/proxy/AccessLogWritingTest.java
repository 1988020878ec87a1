package io.canarygateway.proxy;

import static io.canarygateway.fixtures.ScriptedGateway.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.RawSocket;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How the access log is written: rotation, slow and full disks, the end of the gateway. */
class AccessLogWritingTest {

  private static final String DROPPED = "gateway_access_log_dropped_total";

  @RegisterExtension private final FreshProxy proxy = new FreshProxy();

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("access.log");
  }

  private JsonObject config(String format, Path to) {
    return proxy
        .upstreams
        .withoutSidecar()
        .put("access-log", format)
        .put("access-log-file", to.toString());
  }

  /** Sends requests over one connection. */
  private void send(int count, String path) throws Exception {
    try (RawSocket client = new RawSocket(proxy.port())) {
      for (int i = 0; i < count; i++) {
        client.send(request("GET " + path + i + " HTTP/1.1"));
        assertThat(client.reply().status()).isEqualTo(200);
      }
    }
  }

  private static List<String> paths(List<String> lines) {
    return lines.stream().map(line -> new JsonObject(line).getString("path")).toList();
  }

  @Test
  void theEndOfTheGatewayWritesEverything() throws Exception {
    proxy.start(config("json", file));
    send(200, "/");
    Await.result(proxy.running().undeployProxies());

    assertThat(paths(Files.readAllLines(file))).hasSize(200).contains("/0", "/199");
    assertThat(proxy.metric(DROPPED)).isZero();
  }

  @Test
  void aRenamedFileIsFollowedByANewOne() throws Exception {
    proxy.start(config("json", file));
    send(1, "/first");
    await().until(() -> Files.exists(file) && Files.size(file) > 0);
    Path rotated = directory.resolve("access.log.1");
    Files.move(file, rotated);
    await()
        .until(
            () -> {
              send(1, "/next");
              return Files.exists(file) && Files.size(file) > 0;
            });
    Files.delete(file);
    await()
        .until(
            () -> {
              send(1, "/last");
              return Files.exists(file) && Files.readString(file).contains("/last0");
            });

    assertThat(paths(Files.readAllLines(rotated))).startsWith("/first0");
    assertThat(paths(Files.readAllLines(file))).contains("/last0");
    assertThat(proxy.metric(DROPPED)).isZero();
  }

  @Test
  void aPipeThatNobodyReadsDelaysNoRequestAndIsWrittenOnceItIsRead() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    proxy.start(config("json", pipe));
    send(300, "/");

    List<String> read = Collections.synchronizedList(new ArrayList<>());
    Thread reader = new Thread(() -> read(pipe, read));
    reader.setDaemon(true);
    reader.start();
    await().until(() -> read.size() == 300);
    assertThat(paths(read)).contains("/0", "/299");
  }

  private static void read(Path pipe, List<String> to) {
    // Files.lines would open the pipe twice.
    try (BufferedReader lines = Files.newBufferedReader(pipe)) {
      lines.lines().forEach(to::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aFullDiskDropsLinesAndCountsThem() throws Exception {
    proxy.start(config("json", Path.of("/dev/full")));
    send(20, "/");

    await().until(() -> proxy.metric(DROPPED) == 20);
  }

  @Test
  void theFormatChangesWhileRunning() throws Exception {
    proxy.start(config("off", file));
    send(1, "/a");
    proxy.running().use(config("common", file));
    send(1, "/b");
    await().until(() -> Files.exists(file) && Files.size(file) > 0);
    proxy.running().use(config("off", file));
    send(1, "/c");
    Await.result(proxy.running().undeployProxies());

    assertThat(Files.readAllLines(file))
        .singleElement()
        .asString()
        .contains("\"GET /b0 HTTP/1.1\"");
  }
}
