package io.canarygateway.benchmarks.release;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/** Three gateways of one cluster, three members of etcd, a main and a canary on 127.0.0.1. */
final class ThreeNodes implements AutoCloseable {

  /** The gateways, and the members of etcd. */
  static final int NODES = 3;

  private static final int FIRST_PORT = 19700;

  /** What a change by the API needs. */
  static final String TOKEN = "0123456789abcdef0123456789abcdef";

  private final String jar;
  private final Path directory;
  private final Path token;
  private final Map<String, Process> processes = new HashMap<>();
  private volatile boolean failing;

  ThreeNodes(String jar, Path directory) throws IOException {
    this.jar = jar;
    this.directory = directory;
    token = Files.writeString(directory.resolve("token"), TOKEN);
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    upstream(FIRST_PORT + 40, "main");
    upstream(FIRST_PORT + 41, "canary");
  }

  static int router(int node) {
    return FIRST_PORT + node;
  }

  /** Sends one request of a new client to any of the gateways. */
  static CompletableFuture<HttpResponse<Void>> ask(HttpClient client) {
    int node = ThreadLocalRandom.current().nextInt(NODES);
    return client.sendAsync(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + router(node) + "/"))
            .timeout(Duration.ofSeconds(2))
            .build(),
        HttpResponse.BodyHandlers.discarding());
  }

  static int metrics(int node) {
    return FIRST_PORT + 10 + node;
  }

  static int etcdClient(int member) {
    return FIRST_PORT + 20 + member;
  }

  /** Says whether canary answers with 500 from now on. */
  void canaryFails(boolean fails) {
    failing = fails;
  }

  /** Starts etcd and the gateways, and waits for them. */
  void start(EtcdOverHttp etcd) throws IOException, InterruptedException {
    for (int i = 0; i < NODES; i++) {
      startEtcd(i);
    }
    etcd.put("/ready", "yes");
    for (int i = 0; i < NODES; i++) {
      startNode(i);
    }
  }

  boolean isAlive(String name) {
    Process process = processes.get(name);
    return process != null && process.isAlive();
  }

  void kill(String name) throws InterruptedException {
    Process process = processes.get(name);
    if (process == null) {
      throw new IllegalStateException(name + " was never started");
    }
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    processes.values().forEach(Process::destroyForcibly);
  }

  static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  private void upstream(int port, String name) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
    boolean canary = name.equals("canary");
    server.createContext("/", exchange -> answer(exchange, name, canary && failing));
    server.setExecutor(Executors.newCachedThreadPool(ThreeNodes::daemon));
    server.start();
  }

  private static void answer(HttpExchange exchange, String name, boolean fails) throws IOException {
    byte[] body = name.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(fails ? 500 : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  void startEtcd(int member) throws IOException {
    List<String> peers = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      peers.add("m" + i + "=http://127.0.0.1:" + (FIRST_PORT + 30 + i));
    }
    String url = "http://127.0.0.1:" + etcdClient(member);
    String peer = "http://127.0.0.1:" + (FIRST_PORT + 30 + member);
    start(
        "etcd" + member,
        List.of(
            "etcd",
            "--name",
            "m" + member,
            "--data-dir",
            directory.resolve("etcd" + member).toString(),
            "--listen-client-urls",
            url,
            "--advertise-client-urls",
            url,
            "--listen-peer-urls",
            peer,
            "--initial-advertise-peer-urls",
            peer,
            "--initial-cluster",
            String.join(",", peers)));
  }

  void startNode(int node) throws IOException {
    Path file = directory.resolve("node" + node + ".json");
    Files.writeString(
        file,
        """
        {"router-server": {"host": "127.0.0.1", "port": %d}, "instrumentation": {"host": "127.0.0.1", "port": %d},
         "main-target": "http://127.0.0.1:%d", "canary-target": "http://127.0.0.1:%d",
         "etcd": {"endpoints": ["http://127.0.0.1:%d", "http://127.0.0.1:%d", "http://127.0.0.1:%d"]},
         "release": {"steps": [{"weight": 0.1, "min-duration": "4s", "min-clients": 20},
           {"weight": 0.3, "min-duration": "4s", "min-clients": 20}, {"weight": 0.5, "min-duration": "4s", "min-clients": 20}, 1],
           "judge": {"acceptable": 0.05}},
         "admin": {"token-file": "%s"},
         "cluster": {"enabled": true, "port": %d, "members": ["127.0.0.1:%d", "127.0.0.1:%d", "127.0.0.1:%d"]}}
        """
            .formatted(
                router(node),
                metrics(node),
                FIRST_PORT + 40,
                FIRST_PORT + 41,
                etcdClient(0),
                etcdClient(1),
                etcdClient(2),
                token,
                FIRST_PORT + 50 + node,
                FIRST_PORT + 50,
                FIRST_PORT + 51,
                FIRST_PORT + 52));
    start(
        "node" + node,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-jar",
            jar,
            "-conf",
            file.toString()));
  }

  private void start(String name, List<String> command) throws IOException {
    processes.put(
        name,
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".log").toFile()))
            .start());
  }
}
