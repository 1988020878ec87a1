package io.canarygateway.launcher;

import static org.awaitility.Awaitility.await;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.CompactOption;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A real etcd of one or three members, which can be killed and started again. */
final class EtcdServer implements AutoCloseable {

  static final String PREFIX = "/gateway/flagz/";

  private static final long TIMEOUT_SECONDS = 20;

  /** One process. */
  private final class Member {
    final int publicPort = FreePorts.next();
    final int hiddenPort = FreePorts.next();
    final int peerPort = FreePorts.next();
    final String name;
    Process process;

    Member(int number) {
      name = "member" + number;
    }

    int clientPort() {
      return hidden ? hiddenPort : publicPort;
    }

    String clientUrl() {
      return scheme + "://127.0.0.1:" + clientPort();
    }

    String peerUrl() {
      return "http://127.0.0.1:" + peerPort;
    }
  }

  private final Path directory;
  private final String scheme;
  private final List<String> options;
  private final List<Member> members = new ArrayList<>();
  private Client client;
  private boolean hidden;

  private EtcdServer(Path directory, int size, String scheme, List<String> options) {
    this.directory = directory;
    this.scheme = scheme;
    this.options = options;
    for (int i = 0; i < size; i++) {
      members.add(new Member(i));
    }
  }

  /** Starts an etcd of so many members. */
  static EtcdServer start(Path directory, int size) throws Exception {
    EtcdServer etcd = stopped(directory, size);
    etcd.start();
    return etcd;
  }

  /** An etcd that is not running yet, but whose addresses are known. */
  static EtcdServer stopped(Path directory, int size) throws Exception {
    return new EtcdServer(directory, size, "http", List.of());
  }

  /** Starts an etcd of one member that speaks TLS and asks clients for a certificate. */
  static EtcdServer startTls(Path directory, Certificates certificates) throws Exception {
    EtcdServer etcd =
        new EtcdServer(
            directory,
            1,
            "https",
            List.of(
                "--cert-file",
                certificates.serverCert().toString(),
                "--key-file",
                certificates.serverKey().toString(),
                "--trusted-ca-file",
                certificates.ca().toString(),
                "--client-cert-auth"));
    etcd.startMembers();
    return etcd;
  }

  /** Starts all members that do not run. */
  void start() throws Exception {
    startMembers();
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () -> {
              put("/ready", "yes");
              return true;
            });
  }

  /** Starts it where gateways do not find it; {@link #kill} and {@link #start} bring it back. */
  void startHidden() throws Exception {
    hidden = true;
    start();
  }

  private void startMembers() throws IOException {
    String etcd = Installed.command("etcd", "etcd-server", "etcd-client");
    List<String> cluster = members.stream().map(m -> m.name + "=" + m.peerUrl()).toList();
    for (Member member : members) {
      if (member.process != null && member.process.isAlive()) {
        continue;
      }
      List<String> command =
          new ArrayList<>(
              List.of(
                  etcd,
                  "--name",
                  member.name,
                  "--data-dir",
                  directory.resolve(member.name).toString(),
                  "--listen-client-urls",
                  member.clientUrl(),
                  "--advertise-client-urls",
                  member.clientUrl(),
                  "--listen-peer-urls",
                  member.peerUrl(),
                  "--initial-advertise-peer-urls",
                  member.peerUrl(),
                  "--initial-cluster",
                  String.join(",", cluster),
                  "--heartbeat-interval",
                  "50",
                  "--election-timeout",
                  "500"));
      Files.createDirectories(directory);
      command.addAll(options);
      member.process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(
                      directory.resolve(member.name + ".log").toFile()))
              .start();
    }
    for (Member member : members) {
      await().atMost(Duration.ofSeconds(30)).until(() -> listens(member.clientPort()));
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  List<String> endpoints() {
    return members.stream().map(Member::clientUrl).toList();
  }

  /** Kills all members as SIGKILL does. */
  void kill() {
    for (Member member : members) {
      kill(member);
    }
    closeClient();
    hidden = false;
  }

  private static void kill(Member member) {
    if (member.process != null) {
      member.process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
  }

  /** Kills the member that leads. */
  void killLeader() throws Exception {
    for (Member member : members) {
      try (Client one = Client.builder().endpoints(member.clientUrl()).build()) {
        var status =
            one.getMaintenanceClient()
                .statusMember(member.clientUrl())
                .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        if (status.getLeader() == status.getHeader().getMemberId()) {
          kill(member);
          closeClient();
          return;
        }
      }
    }
    throw new AssertionError("nobody leads");
  }

  private Client client() {
    if (client == null) {
      client = Client.builder().endpoints(endpoints().toArray(String[]::new)).build();
    }
    return client;
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  private static ByteSequence key(String name) {
    return bytes(name.startsWith("/") ? name : PREFIX + name);
  }

  /** Sets a flag, or a key that begins with a slash; its revision. */
  long put(String name, String value) throws Exception {
    return put(name, value.getBytes(StandardCharsets.UTF_8));
  }

  long put(String name, byte[] value) throws Exception {
    return client()
        .getKVClient()
        .put(key(name), ByteSequence.from(value))
        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .getHeader()
        .getRevision();
  }

  /** Sets a flag that lives as long as a lease; the lease. */
  long putWithLease(String name, String value) throws Exception {
    long lease =
        client().getLeaseClient().grant(600).get(TIMEOUT_SECONDS, TimeUnit.SECONDS).getID();
    client()
        .getKVClient()
        .put(key(name), bytes(value), PutOption.builder().withLeaseId(lease).build())
        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    return lease;
  }

  void revoke(long lease) throws Exception {
    client().getLeaseClient().revoke(lease).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  /** Sets several flags in one transaction. */
  TxnResponse putAll(Map<String, String> values) throws Exception {
    return client()
        .getKVClient()
        .txn()
        .Then(
            values.entrySet().stream()
                .map(e -> Op.put(key(e.getKey()), bytes(e.getValue()), PutOption.DEFAULT))
                .toArray(Op[]::new))
        .commit()
        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  void delete(String name) throws Exception {
    client().getKVClient().delete(key(name)).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  void deleteAll() throws Exception {
    client()
        .getKVClient()
        .delete(bytes(PREFIX), DeleteOption.builder().isPrefix(true).build())
        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  Optional<KeyValue> get(String name) throws Exception {
    return client()
        .getKVClient()
        .get(key(name))
        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .getKvs()
        .stream()
        .findFirst();
  }

  /** A flag's value; null if there is none. */
  String value(String name) throws Exception {
    return get(name).map(kv -> kv.getValue().toString(StandardCharsets.UTF_8)).orElse(null);
  }

  /** Forgets all history. */
  void compact() throws Exception {
    long revision =
        client()
            .getKVClient()
            .get(bytes("/"), GetOption.builder().withCountOnly(true).build())
            .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .getHeader()
            .getRevision();
    client()
        .getKVClient()
        .compact(revision, CompactOption.builder().withCompactPhysical(true).build())
        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  /** Makes it ask for a user and a password from now on. */
  void enableAuth(String user, String password) throws Exception {
    var auth = client().getAuthClient();
    for (String name : List.of("root", user)) {
      auth.userAdd(bytes(name), bytes(password)).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      auth.userGrantRole(bytes(name), bytes("root")).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
    auth.authEnable().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    closeClient();
    client =
        Client.builder()
            .endpoints(endpoints().toArray(String[]::new))
            .user(bytes("root"))
            .password(bytes(password))
            .build();
  }

  private void closeClient() {
    if (client != null) {
      client.close();
      client = null;
    }
  }

  @Override
  public void close() {
    kill();
  }
}
