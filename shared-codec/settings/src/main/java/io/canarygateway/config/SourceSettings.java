package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import io.canarygateway.flags.JsonValue;
import java.time.Duration;
import java.util.List;

/** The settings of the sources of flags and rollouts. All are static. */
final class SourceSettings {

  static final Catalogue ALL = new Catalogue();

  private static final boolean STATIC = false;

  static final Flag<String> FLAGS_DIRECTORY =
      ALL.path(
          "flags.directory",
          "",
          "Directory with one file for each flag, such as a mounted ConfigMap.");
  static final Flag<JsonValue> FLAGS_DECLARE =
      ALL.flag(
          "flags.declare",
          DeclaredFlags.type(),
          JsonValue.parse("{}"),
          STATIC,
          "Flags of your own: name to {type, default, usage, min, max, pattern, min-elements, schema,"
              + " secret}.");
  static final Flag<Boolean> FLAGS_STRICT =
      ALL.bool(
          "flags.strict",
          STATIC,
          "true: an invalid or unknown value in a source prevents the start. false: the value below"
              + " it counts.");

  /** The endpoint if the section is present without one. */
  static final String DEFAULT_ENDPOINT = "http://127.0.0.1:2379";

  static final Flag<List<HttpUrl>> ETCD_ENDPOINTS =
      ALL.flag(
          "etcd.endpoints",
          FlagTypes.listOf(
              FlagTypes.describe(
                  FlagTypes.of(
                      "url",
                      FlagType.JsonForm.STRING,
                      EtcdConfig.EXPECTED_ENDPOINT,
                      EtcdConfig::endpoint,
                      HttpUrl::toString),
                  HttpUrl.SCHEMA)),
          null,
          STATIC,
          "URLs of etcd's members, all http or all https. The presence of the section etcd turns etcd"
              + " on, with "
              + DEFAULT_ENDPOINT
              + ".");
  static final Flag<String> ETCD_PREFIX =
      ALL.flag(
          "etcd.prefix",
          FlagTypes.matching("[^\\s]{1,200}", "a key prefix such as /gateway/flagz/"),
          "/gateway/flagz/",
          STATIC,
          "Prefix of the flags' keys. Deeper keys are ignored.");
  static final Flag<String> ETCD_USER =
      ALL.text("etcd.user", "User of etcd. Needs etcd.password-file.");
  static final Flag<String> ETCD_PASSWORD_FILE =
      ALL.path("etcd.password-file", "", "File with the user's password.");
  static final Flag<String> ETCD_CA_FILE =
      ALL.path(
          "etcd.tls.ca-file",
          "",
          "PEM certificates that have signed etcd's certificate. Not set: those of the JVM.");
  static final Flag<String> ETCD_CERT_FILE =
      ALL.path("etcd.tls.cert-file", "", "PEM certificate chain of the gateway.");
  static final Flag<String> ETCD_KEY_FILE =
      ALL.path("etcd.tls.key-file", "", "PEM private key (PKCS #8) of that certificate.");
  static final Flag<String> ETCD_SERVER_NAME =
      ALL.text(
          "etcd.tls.server-name",
          "Name in etcd's certificate. Not set: the host of the first endpoint.");

  static final Flag<String> DYNAMODB_TABLE =
      ALL.flag(
          "dynamodb.table",
          FlagTypes.matching("[A-Za-z0-9_.-]{3,255}", "the name of a table"),
          null,
          STATIC,
          "Table of the rollouts. The presence of the section dynamodb turns DynamoDB on, with"
              + " MaxwellsDaemon. Credentials come from the AWS SDK's own chain.");
  static final Flag<String> DYNAMODB_REGION =
      ALL.flag(
          "dynamodb.region",
          FlagTypes.matching("[a-z0-9-]{1,40}", "a region such as us-east-1"),
          "us-east-1",
          STATIC,
          "AWS region of the table.");
  static final Flag<HttpUrl> DYNAMODB_ENDPOINT =
      ALL.url("dynamodb.endpoint", STATIC, "URL of DynamoDB. Not set: that of AWS.");
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
          "Time without a good reading after which the rollout is 0.");
  static final Flag<Boolean> DYNAMODB_STREAMS =
      ALL.flag(
          "dynamodb.streams",
          FlagTypes.bool(),
          true,
          STATIC,
          "true: changes arrive by the table's stream at once, if the table has one.");

  static final Flag<JsonValue> EXTENSIONS =
      ALL.flag(
          ExtensionsConfig.KEY,
          ExtensionsConfig.type(),
          JsonValue.parse("{}"),
          STATIC,
          "Your extensions on the class path: name to settings.");

  private SourceSettings() {}
}
