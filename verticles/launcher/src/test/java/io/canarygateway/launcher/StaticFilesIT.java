package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.PeerProcess;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of an nginx are served through the gateway as by nginx itself. */
@Tag("external")
class StaticFilesIT {

  private static final int LARGE = 3_000_000;
  private static final Instant CHANGED = Instant.parse("2026-01-02T03:04:05Z");
  private static final List<String> OF_A_HOP = List.of("connection:", "keep-alive:", "via:");

  @TempDir static Path directory;

  private static PeerProcess nginx;
  private static GatewayFixture gateway;

  @BeforeAll
  static void start() throws Exception {
    Path files = Files.createDirectories(directory.resolve("files/dir"));
    write(files.resolveSibling("page.html"), "<p>page</p>".repeat(200));
    write(files.resolveSibling("large.bin"), "0123456789".repeat(LARGE / 10));
    write(files.resolveSibling("empty"), "");
    nginx =
        PeerProcess.nginx(
            directory,
            """
            server {
              listen 127.0.0.1:PORT;
              root %s;
              types { text/html html; }
              location / { }
              location /packed/ { alias %1$s/; gzip on; gzip_proxied any; gzip_http_version 1.0; }
              location /brief/ { alias %1$s/; keepalive_timeout 0; }
              location /slow/ { alias %1$s/; limit_rate 4m; }
              location /old/ { return 301 /page.html; }
              location /none/ { return 204; }
            }
            """
                .formatted(files.getParent()));
    gateway =
        GatewayFixture.start(
            new JsonObject().put("main-target", nginx.url()).put("canary-target", nginx.url()));
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(CHANGED));
    Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    nginx.close();
  }

  static Stream<Arguments> requests() {
    List<String> targets =
        List.of(
            "/page.html",
            "/packed/page.html",
            "/brief/page.html",
            "/large.bin",
            "/slow/large.bin",
            "/empty",
            "/missing",
            "/dir",
            "/old/",
            "/none/");
    List<String> fields =
        List.of(
            "Accept-Encoding: identity",
            "Accept-Encoding: gzip",
            "Accept-Encoding: identity\r\nRange: bytes=5-9",
            "Accept-Encoding: identity\r\nRange: bytes=-3",
            "Accept-Encoding: identity\r\nRange: bytes=99999999-",
            "Accept-Encoding: identity\r\nIf-Modified-Since: Fri, 02 Jan 2026 03:04:05 GMT",
            "Accept-Encoding: identity\r\nIf-Unmodified-Since: Fri, 02 Jan 2015 03:04:05 GMT",
            "Accept-Encoding: identity\r\nIf-None-Match: *");
    return Stream.of("GET", "HEAD", "POST", "DELETE")
        .flatMap(
            method ->
                targets.stream()
                    .flatMap(
                        target -> fields.stream().map(each -> Arguments.of(method, target, each))));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void aFileIsAsWithoutTheGateway(String method, String target, String fields) throws IOException {
    for (String version : List.of("HTTP/1.1", "HTTP/1.0")) {
      String request = ScriptedGateway.request(method + " " + target + " " + version, fields);
      Reply without = ask(nginx.port(), method, request);
      Reply with = ask(gateway.port(), method, request);
      assertThat(with.head().line()).isEqualTo(without.head().line());
      assertThat(with.body()).isEqualTo(without.body());
      assertThat(with.whole()).isTrue();
      assertThat(fields(with)).isEqualTo(fields(without));
    }
  }

  private static Reply ask(int port, String method, String request) throws IOException {
    try (RawSocket client = new RawSocket(port)) {
      return client.send(request).reply(method);
    }
  }

  /** In the same order; places differ, as nginx takes them from the Host header. */
  private static List<String> fields(Reply reply) {
    return reply.head().fields().stream()
        .filter(field -> OF_A_HOP.stream().noneMatch(field.toLowerCase()::startsWith))
        .filter(field -> !field.startsWith("Date:"))
        .filter(field -> !field.startsWith("Transfer-Encoding:"))
        .map(field -> field.replaceFirst("^(Location: http://)[^/]*", "$1host"))
        .sorted()
        .toList();
  }
}
