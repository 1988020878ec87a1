package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cluster whose nodes prove nothing stays on one machine. */
class ClusterConfigTest {

  @TempDir Path directory;

  private static ClusterConfig of(String host, String more) throws ConfigException {
    return ClusterConfig.of(
        ConfigReader.read("{\"cluster\": {\"host\": \"" + host + "\"" + more + "}}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "localhost", "::1"})
  void aLoopbackAddressNeedsNoSecret(String host) throws Exception {
    ClusterConfig cluster = of(host, "");
    assertThatCode(cluster::check).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "10.0.0.5", "host.invalid"})
  void anyOtherDoes(String host) throws Exception {
    ClusterConfig cluster = of(host, "");
    assertThatThrownBy(cluster::check)
        .hasMessageContaining(
            "cluster.host: \""
                + host
                + "\" (expected a loopback address such as 127.0.0.1, or cluster.secret-file, or"
                + " cluster.tls)");
  }

  @Test
  void aSecretLetsItBeAnyAddress() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "0123456789abcdef");
    ClusterConfig cluster = of("10.0.0.5", ", \"secret-file\": \"" + secret + "\"");
    assertThatCode(cluster::check).doesNotThrowAnyException();
  }
}
