package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.fixtures.GatewayProcess;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node of a cluster says if it cannot or must not join: one line that names the setting. */
class ClusterStartIT {

  @TempDir Path directory;

  private GatewayProcess start(JsonObject cluster, String... before) throws Exception {
    String[] arguments = new String[before.length + 2];
    System.arraycopy(before, 0, arguments, 0, before.length);
    arguments[before.length] = "-conf";
    arguments[before.length + 1] =
        Demo.demo().put("cluster", cluster.put("enabled", true)).encode();
    return GatewayProcess.start(directory, arguments);
  }

  private JsonObject withSecret() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "a secret, and a long one");
    return new JsonObject().put("secret-file", secret.toString()).put("port", FreePorts.next());
  }

  @ParameterizedTest
  @ValueSource(strings = {"port", "bus-port"})
  void aPortInUseIsExitCode1(String key) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        GatewayProcess gateway = start(withSecret().put(key, taken.getLocalPort()))) {
      assertThat(gateway.exitCode()).isEqualTo(1);
      assertThat(gateway.err().lines()).hasSize(1);
      assertThat(gateway.err())
          .startsWith("cluster." + key + ": " + taken.getLocalPort())
          .contains(" (expected a free port of 127.0.0.1: ")
          .contains("Address already in use");
    }
  }

  @Test
  void aHostOfAnotherMachineIsExitCode1() throws Exception {
    try (GatewayProcess gateway = start(withSecret().put("host", "192.0.2.1"))) {
      assertThat(gateway.exitCode()).isEqualTo(1);
      assertThat(gateway.err().strip())
          .isEqualTo("cluster.host: \"192.0.2.1\" (expected an address of this machine)");
    }
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.5, true", "0.0.0.0, false", "0.0.0.0, true"})
  void withoutASecretAHostThatOthersReachIsExitCode78(String host, boolean check) throws Exception {
    JsonObject cluster = new JsonObject().put("host", host);
    try (GatewayProcess gateway = check ? start(cluster, "--check") : start(cluster)) {
      assertThat(gateway.exitCode()).isEqualTo(78);
      assertThat(gateway.err().strip())
          .isEqualTo(
              "cluster.host: \""
                  + host
                  + "\" (expected a loopback address such as 127.0.0.1, or cluster.secret-file, or"
                  + " cluster.tls)");
    }
  }

  @Test
  void certificatesThatAreNoneAreExitCode78() throws Exception {
    String file = Files.writeString(directory.resolve("pem"), "no PEM\n").toString();
    JsonObject tls =
        new JsonObject().put("ca-file", file).put("cert-file", file).put("key-file", file);
    try (GatewayProcess gateway = start(new JsonObject().put("tls", tls), "--check")) {
      assertThat(gateway.exitCode()).isEqualTo(78);
      assertThat(gateway.err().lines()).hasSize(1);
      assertThat(gateway.err())
          .startsWith("cluster.tls: its files (expected certificates in PEM: ");
    }
  }
}
