package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The settings of a cluster. All are static, and only the configuration document can set them. */
final class ClusterSettings {

  static final Catalogue ALL = new Catalogue();

  private static final boolean STATIC = false;

  static final Flag<List<VerticleName>> VERTICLES =
      ALL.flag(
          "verticles",
          FlagTypes.listOf(
              FlagTypes.describe(
                  FlagTypes.of(
                      "enum",
                      FlagType.JsonForm.STRING,
                      VerticleName.EXPECTED,
                      VerticleName::parse,
                      VerticleName::toString),
                  Map.of(
                      "enum",
                      Arrays.stream(VerticleName.values()).map(VerticleName::toString).toList()))),
          null,
          STATIC,
          "Verticles that this process runs. Not set: all that are configured.");
  static final Flag<Boolean> ENABLED =
      ALL.bool(
          "cluster.enabled",
          STATIC,
          "true: this node joins other nodes as one gateway. The launcher's option -cluster does the"
              + " same.");
  static final Flag<String> HOST =
      ALL.host("cluster.host", "127.0.0.1", "Address of this node that other nodes connect to.");
  static final Flag<Long> PORT =
      ALL.flag(
          "cluster.port",
          FlagTypes.int64(1, 65535),
          5701L,
          STATIC,
          "Port of the cluster's membership on that address.");
  static final Flag<Long> BUS_PORT =
      ALL.port("cluster.bus-port", 0, "Port of the event bus on that address. 0: any free port.");
  static final Flag<List<Member>> MEMBERS =
      ALL.flag(
          "cluster.members",
          FlagTypes.listOf(
              FlagTypes.of(
                  "member",
                  FlagType.JsonForm.STRING,
                  Member.EXPECTED,
                  Member::parse,
                  Member::toString)),
          null,
          STATIC,
          "Nodes of the cluster, host:port each. This node may be one of them.");
  static final Flag<String> SERVICE_DNS =
      ALL.flag(
          "cluster.service-dns",
          FlagTypes.matching("[A-Za-z0-9._-]{0,255}", "a DNS name"),
          "",
          STATIC,
          "DNS name whose addresses are the nodes, such as that of a headless Service in Kubernetes."
              + " Replaces members; needs size.");
  static final Flag<Long> SIZE =
      ALL.flag(
          "cluster.size",
          FlagTypes.int64(0, 1_000),
          0L,
          STATIC,
          "Number of nodes in the complete cluster, at least the number of members. Limits are divided"
              + " by it. 0: the number of members.");
  static final Flag<ClusterLimits> LIMITS =
      ALL.flag(
          "cluster.limits",
          FlagTypes.oneOf(ClusterLimits.class),
          null,
          STATIC,
          "Keeper of the circuit breaker's limits over all nodes. etcd, dynamodb: nodes lease parts of"
              + " them there. shares: each node has its share, limit / size, without communication."
              + " Not set: the first of these that is configured.");
  static final Flag<String> NAME =
      ALL.flag(
          "cluster.name",
          FlagTypes.matching("[A-Za-z0-9._-]{1,100}", "a name of letters, digits, . _ -"),
          "gateway",
          STATIC,
          "Name of the cluster. Nodes with another name form another cluster.");
  static final Flag<String> SECRET_FILE =
      ALL.path(
          "cluster.secret-file",
          "",
          "File with the cluster's secret, at least 16 characters; openssl rand -hex 32 makes one. It"
              + " encrypts all between the nodes, and nodes without it cannot join. Without it and"
              + " cluster.tls, host has to be a loopback address.");
  static final Flag<String> CA_FILE =
      ALL.path(
          "cluster.tls.ca-file",
          "",
          "PEM certificates that have signed those of all nodes. The three files turn on mutual TLS"
              + " on both ports; a change of them is noticed within a second or two.");
  static final Flag<String> CERT_FILE =
      ALL.path("cluster.tls.cert-file", "", "PEM certificate chain of this node.");
  static final Flag<String> KEY_FILE =
      ALL.path("cluster.tls.key-file", "", "PEM private key (PKCS #8) of that certificate.");

  private ClusterSettings() {}
}
