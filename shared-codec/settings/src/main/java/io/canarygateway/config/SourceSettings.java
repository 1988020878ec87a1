package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import io.canarygateway.flags.JsonValue;
import java.time.Duration;
import java.util.List;

/** The settings that say where flags and rollouts come from. All are static. */
final class SourceSettings {

  static final Catalogue ALL = new Catalogue();

  private static final boolean STATIC = false;

  static final Flag<String> FLAGS_DIRECTORY =
      ALL.path(
          "flags.directory",
          "",
          "Directory with one file a flag, a mounted ConfigMap for example.");
  static final Flag<JsonValue> FLAGS_DECLARE =
      ALL.flag(
          "flags.declare",
          DeclaredFlags.type(),
          JsonValue.parse("{}"),
          STATIC,
          "Flags of the user's own, by name.");
  static final Flag<Boolean> FLAGS_STRICT =
      ALL.bool(
          "flags.strict", STATIC, "Whether a bad or unknown value at start refuses the start.");

  /** Also what the mere presence of the section means. */
  static final String DEFAULT_ENDPOINT = "http://127.0.0.1:2379";

  static final Flag<List<HttpUrl>> ETCD_ENDPOINTS =
      ALL.flag(
          "etcd.endpoints",
          FlagTypes.listOf(
              FlagTypes.of(
                  "url",
                  FlagType.JsonForm.STRING,
                  EtcdConfig.EXPECTED_ENDPOINT,
                  EtcdConfig::endpoint,
                  HttpUrl::toString)),
          null,
          STATIC,
          "URLs of the members of etcd; " + DEFAULT_ENDPOINT + " if the section is there.");
  static final Flag<String> ETCD_PREFIX =
      ALL.flag(
          "etcd.prefix",
          FlagTypes.matching("[^\\s]{1,200}", "a key prefix such as /gateway/flagz/"),
          "/gateway/flagz/",
          STATIC,
          "The keys of the flags are right below it.");
  static final Flag<String> ETCD_USER = ALL.text("etcd.user", "User at etcd, if it asks for one.");
  static final Flag<String> ETCD_PASSWORD_FILE =
      ALL.path("etcd.password-file", "", "File that holds the user's password.");
  static final Flag<String> ETCD_CA_FILE =
      ALL.path(
          "etcd.tls.ca-file",
          "",
          "PEM certificates that etcd's is signed by; the JVM's if not set.");
  static final Flag<String> ETCD_CERT_FILE =
      ALL.path("etcd.tls.cert-file", "", "PEM certificate chain of the gateway's own.");
  static final Flag<String> ETCD_KEY_FILE =
      ALL.path("etcd.tls.key-file", "", "PEM private key (PKCS #8) of that certificate.");
  static final Flag<String> ETCD_SERVER_NAME =
      ALL.text(
          "etcd.tls.server-name", "Name that etcd's certificate has to bear, if not its host's.");

  static final Flag<String> DYNAMODB_TABLE =
      ALL.flag(
          "dynamodb.table",
          FlagTypes.matching("[A-Za-z0-9_.-]{3,255}", "the name of a table"),
          null,
          STATIC,
          "Table of the rollouts; MaxwellsDaemon if the section is there.");
  static final Flag<String> DYNAMODB_REGION =
      ALL.flag(
          "dynamodb.region",
          FlagTypes.matching("[a-z0-9-]{1,40}", "a region such as us-east-1"),
          "us-east-1",
          STATIC,
          "AWS region of the table.");
  static final Flag<HttpUrl> DYNAMODB_ENDPOINT =
      ALL.url("dynamodb.endpoint", STATIC, "URL of DynamoDB, if it is not AWS's.");
  static final Flag<Duration> DYNAMODB_DELAY =
      ALL.flag(
          "dynamodb.delay",
          FlagTypes.seconds(Duration.ofMillis(100), Duration.ofHours(1)),
          Duration.ofSeconds(4),
          STATIC,
          "Time between two readings of the table.");
  static final Flag<Duration> DYNAMODB_UNHEALTHY =
      ALL.flag(
          "dynamodb.unhealthy",
          FlagTypes.seconds(Duration.ofMillis(100), Duration.ofHours(1)),
          Duration.ofSeconds(8),
          STATIC,
          "Without a good reading for so long the rollout is 0.");
  static final Flag<Boolean> DYNAMODB_STREAMS =
      ALL.flag(
          "dynamodb.streams",
          FlagTypes.bool(),
          true,
          STATIC,
          "Whether changes are pushed by the table's stream, if it has one.");

  static final Flag<JsonValue> EXTENSIONS =
      ALL.flag(
          ExtensionsConfig.KEY,
          ExtensionsConfig.type(),
          JsonValue.parse("{}"),
          STATIC,
          "Extensions on the class path to use, by name, each with its settings.");

  private SourceSettings() {}
}
