package io.canarygateway.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate authority, a server's certificate for 127.0.0.1 and a client's, made by openssl.
 */
record Certificates(Path directory) {

  static Certificates create(Path directory) throws Exception {
    Certificates made = new Certificates(directory);
    openssl(
        directory,
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test-ca -keyout ca.key -out ca.pem");
    for (String name : List.of("server", "client")) {
      openssl(
          directory,
          "req -newkey rsa:2048 -nodes -subj /CN="
              + name
              + " -keyout "
              + name
              + ".key -out "
              + name
              + ".csr");
      Files.writeString(directory.resolve("ext"), "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
      openssl(
          directory,
          "x509 -req -in "
              + name
              + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out "
              + name
              + ".pem -extfile ext");
    }
    return made;
  }

  private static void openssl(Path directory, String arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Installed.command("openssl", "openssl"));
    command.addAll(List.of(arguments.split(" ")));
    run(new ProcessBuilder(command).directory(directory.toFile()));
  }

  Path ca() {
    return directory.resolve("ca.pem");
  }

  Path serverCert() {
    return directory.resolve("server.pem");
  }

  Path serverKey() {
    return directory.resolve("server.key");
  }

  Path clientCert() {
    return directory.resolve("client.pem");
  }

  Path clientKey() {
    return directory.resolve("client.key");
  }

  /** Runs etcdctl as a client that has a certificate. */
  void etcdctl(String endpoint, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            Installed.command("etcdctl", "etcd-client"),
            "--endpoints",
            endpoint,
            "--cacert",
            ca().toString(),
            "--cert",
            clientCert().toString(),
            "--key",
            clientKey().toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("ETCDCTL_API", "3");
    run(builder);
  }

  private static void run(ProcessBuilder builder) throws Exception {
    Process process =
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError(builder.command());
    }
  }
}
