package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import java.util.List;

/** The settings of a cluster. All are static, and the configuration document's alone. */
final class ClusterSettings {

  static final Catalogue ALL = new Catalogue();

  private static final boolean STATIC = false;

  static final Flag<List<VerticleName>> VERTICLES =
      ALL.flag(
          "verticles",
          FlagTypes.listOf(
              FlagTypes.of(
                  "enum",
                  FlagType.JsonForm.STRING,
                  VerticleName.EXPECTED,
                  VerticleName::parse,
                  VerticleName::toString)),
          null,
          STATIC,
          "Which verticles this process runs; all that are configured if not set.");
  static final Flag<Boolean> ENABLED =
      ALL.bool("cluster.enabled", STATIC, "Whether this node joins others as one gateway.");
  static final Flag<String> HOST =
      ALL.host("cluster.host", "127.0.0.1", "Address that other nodes connect to.");
  static final Flag<Long> PORT =
      ALL.flag(
          "cluster.port",
          FlagTypes.int64(1, 65535),
          5701L,
          STATIC,
          "Port of the membership on that address.");
  static final Flag<Long> BUS_PORT =
      ALL.port("cluster.bus-port", 0, "Port of the event bus on that address; 0 takes a free one.");
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
          "The nodes of the cluster, host:port each; the gateway's own may be among them.");
  static final Flag<String> SERVICE_DNS =
      ALL.flag(
          "cluster.service-dns",
          FlagTypes.matching("[A-Za-z0-9._-]{0,255}", "a DNS name"),
          "",
          STATIC,
          "DNS name whose addresses are the nodes, a headless Service of Kubernetes for example.");
  static final Flag<Long> SIZE =
      ALL.flag(
          "cluster.size",
          FlagTypes.int64(0, 1_000),
          0L,
          STATIC,
          "How many nodes there are if all are there; 0 counts the members.");
  static final Flag<String> NAME =
      ALL.flag(
          "cluster.name",
          FlagTypes.matching("[A-Za-z0-9._-]{1,100}", "a name of letters, digits, . _ -"),
          "gateway",
          STATIC,
          "Nodes of another name are another cluster.");
  static final Flag<String> SECRET_FILE =
      ALL.path(
          "cluster.secret-file",
          "",
          "File with what a node has to know to join and to be heard on the event bus.");
  static final Flag<String> CA_FILE =
      ALL.path("cluster.tls.ca-file", "", "PEM certificates that the nodes' are signed by.");
  static final Flag<String> CERT_FILE =
      ALL.path("cluster.tls.cert-file", "", "PEM certificate chain of this node on the event bus.");
  static final Flag<String> KEY_FILE =
      ALL.path("cluster.tls.key-file", "", "PEM private key (PKCS #8) of that certificate.");

  private ClusterSettings() {}
}
