package io.canarygateway.launcher;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server of another make that runs for a test: nginx or HAProxy. */
final class PeerProcess implements AutoCloseable {

  private static final int CONNECT_MS = 1_000;
  private static final int STOP_SECONDS = 10;

  private final Process process;
  private final Path log;
  private final int port;

  private PeerProcess(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  /** Starts a command, and waits until a port listens. */
  static PeerProcess start(List<String> command, Path log, int port) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    PeerProcess peer = new PeerProcess(process, log, port);
    try {
      await().atMost(Duration.ofSeconds(20)).until(peer::listens);
      return peer;
    } catch (RuntimeException | AssertionError e) {
      peer.close();
      throw e;
    }
  }

  /** An nginx that passes all to a port, bytes as they come. */
  static PeerProcess nginx(Path directory, int target) throws IOException {
    return nginx(
        directory,
        """
        upstream server { server 127.0.0.1:%d; keepalive 8; }
        map $http_upgrade $hop { default upgrade; '' ''; }
        server {
          listen 127.0.0.1:PORT;
          proxy_http_version 1.1;
          proxy_set_header Connection $hop;
          proxy_set_header Upgrade $http_upgrade;
          proxy_buffering off;
          proxy_request_buffering off;
          location / { proxy_pass http://server; }
        }
        """
            .formatted(target));
  }

  /** An nginx with servers of its own; {@code PORT} stands for its port. */
  static PeerProcess nginx(Path directory, String servers) throws IOException {
    String nginx = Installed.command("nginx", "nginx");
    // Workers of nginx are somebody else where root starts it.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path own = Files.createTempDirectory(directory, "nginx");
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxr-xr-x"));
    int port = FreePorts.next();
    String text =
        """
        pid DIR/nginx.pid;
        error_log stderr;
        events { worker_connections 1024; }
        http {
          access_log off;
          client_max_body_size 0;
          client_body_temp_path DIR/body;
          proxy_temp_path DIR/proxy;
          %s
        }
        """
            .formatted(servers)
            .replace("DIR", own.toString())
            .replace("PORT", Integer.toString(port));
    Path file = Files.writeString(own.resolve("nginx.conf"), text);
    return start(
        List.of(nginx, "-g", "daemon off;", "-c", file.toString()), own.resolve("log"), port);
  }

  /** A HAProxy that passes all to a port. */
  static PeerProcess haproxy(Path directory, int target) throws IOException {
    String haproxy = Installed.command("haproxy", "haproxy");
    int port = FreePorts.next();
    String text =
        """
        global
          maxconn 500
        defaults
          mode http
          timeout connect 5s
          timeout client 20s
          timeout server 20s
        frontend clients
          bind 127.0.0.1:%d
          default_backend servers
        backend servers
          server server 127.0.0.1:%d
        """
            .formatted(port, target);
    Path file = Files.createTempFile(directory, "haproxy", ".cfg");
    Files.writeString(file, text);
    return start(
        List.of(haproxy, "-f", file.toString()),
        Files.createTempFile(directory, "haproxy", ".log"),
        port);
  }

  private boolean listens() throws IOException {
    if (!process.isAlive()) {
      throw new AssertionError("ended: " + Files.readString(log));
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  int port() {
    return port;
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroy(); // nginx takes its workers along, unless it is killed.
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
