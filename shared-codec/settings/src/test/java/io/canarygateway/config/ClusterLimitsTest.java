package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who keeps the limits of a cluster, and a node's share of them. */
class ClusterLimitsTest {

  private static final String TARGETS =
      "\"main-target\": \"http://m\", \"canary-target\": \"http://c\", ";

  private static ClusterConfig cluster(String keys) throws ConfigException {
    return GatewayConfig.of(ConfigReader.read("{" + TARGETS + keys + "}")).cluster();
  }

  private static ClusterConfig.Place placeOf(String host, int port, String... members)
      throws ConfigException {
    String list = members.length == 0 ? "" : "\"" + String.join("\", \"", List.of(members)) + "\"";
    return cluster(
            "\"cluster\": {\"host\": \"%s\", \"port\": %d, \"members\": [%s]}"
                .formatted(host, port, list))
        .place();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"log\": {}|SHARES",
        "\"etcd\": {}|ETCD",
        "\"dynamodb\": {}|DYNAMODB",
        "\"etcd\": {}, \"dynamodb\": {}|ETCD",
        "\"etcd\": {}, \"dynamodb\": {}, \"cluster\": {\"limits\": \"dynamodb\"}|DYNAMODB",
        "\"etcd\": {}, \"cluster\": {\"limits\": \"shares\"}|SHARES",
      })
  void theFirstEngineThatIsConfiguredKeepsThem(String keys, ClusterLimits limits)
      throws ConfigException {
    assertThat(cluster(keys).limits()).isEqualTo(limits);
  }

  @ParameterizedTest
  @ValueSource(strings = {"etcd", "dynamodb"})
  void anEngineThatIsNotConfiguredIsRefused(String engine) {
    assertThatThrownBy(() -> cluster("\"cluster\": {\"limits\": \"" + engine + "\"}"))
        .isInstanceOfSatisfying(
            ConfigException.class,
            refused ->
                assertThat(refused.problems())
                    .extracting(Object::toString)
                    .containsExactly(
                        "cluster.limits: \"%s\" (expected shares, or the section %s)"
                            .formatted(engine, engine)));
  }

  @Test
  void eachMemberFindsAnotherPlace() throws ConfigException {
    String[] members = {"10.0.0.2:5701", "10.0.0.10:5701", "10.0.0.1:5702"};
    assertThat(placeOf("10.0.0.1", 5702, members)).isEqualTo(new ClusterConfig.Place(1, true));
    assertThat(placeOf("10.0.0.10", 5701, members)).isEqualTo(new ClusterConfig.Place(0, true));
    assertThat(placeOf("10.0.0.2", 5701, members)).isEqualTo(new ClusterConfig.Place(2, true));
  }

  @Test
  void aNodeThatNamesOnlyTheOthersFindsTheSamePlace() throws ConfigException {
    assertThat(placeOf("10.0.0.2", 5701, "10.0.0.1:5701"))
        .isEqualTo(new ClusterConfig.Place(1, true));
    assertThat(placeOf("10.0.0.1", 5701, "10.0.0.2:5701"))
        .isEqualTo(new ClusterConfig.Place(0, true));
  }

  @Test
  void thePlaceIsUnknownUnlessAllNodesAreNamed() throws ConfigException {
    assertThat(placeOf("0.0.0.0", 5701, "10.0.0.1:5701", "10.0.0.2:5701").isKnown()).isFalse();
    assertThat(cluster("\"cluster\": {\"size\": 3, \"service-dns\": \"g\"}").place().isKnown())
        .isFalse();
    assertThat(
            cluster("\"cluster\": {\"size\": 3, \"members\": [\"127.0.0.1:5701\"]}")
                .place()
                .isKnown())
        .isFalse();
  }
}
