package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings by which this node joins others; static.
 *
 * @param enabled whether the node joins others
 * @param host the address that other nodes connect to
 * @param port the port of the cluster's membership on that address
 * @param busPort the port of the event bus on that address; 0 takes a free one
 * @param members the nodes of the cluster; may be empty
 * @param serviceDns a DNS name whose addresses are the nodes, or empty
 * @param size the number of nodes in the complete cluster; at least 1
 * @param place this node's place among them
 * @param limits the keeper of the circuit breaker's limits
 * @param name the cluster's name; nodes with another name form another cluster
 * @param secretFile the file with the cluster's secret, if there is one
 * @param tls the certificates of the nodes, if they have some
 */
public record ClusterConfig(
    boolean enabled,
    String host,
    int port,
    int busPort,
    List<Member> members,
    String serviceDns,
    int size,
    Place place,
    ClusterLimits limits,
    String name,
    Optional<Path> secretFile,
    Optional<Tls> tls) {

  private static final int MIN_SECRET_LENGTH = 16;
  private static final String EVERY_ADDRESS = "0.0.0.0";

  /**
   * Copies the list of members.
   *
   * @param enabled whether the node joins others
   * @param host the address that other nodes connect to
   * @param port the port of the cluster's membership on that address
   * @param busPort the port of the event bus on that address; 0 takes a free one
   * @param members the nodes of the cluster; may be empty
   * @param serviceDns a DNS name whose addresses are the nodes, or empty
   * @param size the number of nodes in the complete cluster; at least 1
   * @param place this node's place among them
   * @param limits the keeper of the circuit breaker's limits
   * @param name the cluster's name; nodes with another name form another cluster
   * @param secretFile the file with the cluster's secret, if there is one
   * @param tls the certificates of the nodes, if they have some
   */
  public ClusterConfig {
    members = List.copyOf(members);
  }

  /**
   * Certificates in PEM files.
   *
   * @param caFile the certificate that has signed the certificates of all nodes
   * @param certFile this node's certificate chain
   * @param keyFile this node's private key
   */
  public record Tls(Path caFile, Path certFile, Path keyFile) {}

  /**
   * A node's place among all nodes, which each node finds by itself.
   *
   * @param number counted from 0; meaningless if not known
   * @param isKnown whether the members, with this node, are the complete cluster
   */
  public record Place(int number, boolean isKnown) {}

  /**
   * Reads the settings of a cluster.
   *
   * @param values values that {@link GatewayConfig#of} accepts
   * @return the settings
   */
  public static ClusterConfig of(FlagValues values) {
    List<Member> members = values.get(ClusterSettings.MEMBERS);
    return new ClusterConfig(
        values.required(ClusterSettings.ENABLED),
        Settings.orEveryAddress(values.required(ClusterSettings.HOST)),
        values.required(ClusterSettings.PORT).intValue(),
        values.required(ClusterSettings.BUS_PORT).intValue(),
        members == null ? List.of() : members,
        values.required(ClusterSettings.SERVICE_DNS),
        size(values),
        place(values),
        limits(values),
        values.required(ClusterSettings.NAME),
        file(values, ClusterSettings.SECRET_FILE),
        tls(values));
  }

  /** Values with some of the three files only are refused before. */
  private static Optional<Tls> tls(FlagValues values) {
    Optional<Path> ca = file(values, ClusterSettings.CA_FILE);
    Optional<Path> cert = file(values, ClusterSettings.CERT_FILE);
    Optional<Path> key = file(values, ClusterSettings.KEY_FILE);
    return ca.isPresent() && cert.isPresent() && key.isPresent()
        ? Optional.of(new Tls(ca.get(), cert.get(), key.get()))
        : Optional.empty();
  }

  private static Optional<Path> file(FlagValues values, Flag<String> flag) {
    String text = values.required(flag);
    return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }

  /** The setting, or else the number of members, with this node if it is not a member. */
  private static int size(FlagValues values) {
    long said = values.required(ClusterSettings.SIZE);
    List<Member> members = values.get(ClusterSettings.MEMBERS);
    if (said > 0 || members == null || members.isEmpty()) {
      return (int) Math.max(1, said);
    }
    Member self = self(values);
    // A node that listens on every address is a member by one of its addresses.
    boolean named = members.contains(self) || self.host().equals(EVERY_ADDRESS);
    return members.size() + (named ? 0 : 1);
  }

  /** All nodes sort all members alike, so each finds another place. */
  private static Place place(FlagValues values) {
    Member self = self(values);
    List<Member> members = values.get(ClusterSettings.MEMBERS);
    Set<String> all = new TreeSet<>();
    all.add(self.toString());
    if (members != null) {
      members.forEach(member -> all.add(member.toString()));
    }
    boolean known = !self.host().equals(EVERY_ADDRESS) && all.size() == size(values);
    return new Place(List.copyOf(all).indexOf(self.toString()), known);
  }

  private static Member self(FlagValues values) {
    return new Member(
        Settings.orEveryAddress(values.required(ClusterSettings.HOST)),
        values.required(ClusterSettings.PORT).intValue());
  }

  private static ClusterLimits limits(FlagValues values) {
    ClusterLimits set = values.get(ClusterSettings.LIMITS);
    if (set != null) {
      return set;
    }
    if (EtcdConfig.of(values).isPresent()) {
      return ClusterLimits.ETCD;
    }
    return DynamoDbConfig.of(values).isPresent() ? ClusterLimits.DYNAMODB : ClusterLimits.SHARES;
  }

  /** The problems of the values together. Each value is known to be valid by itself. */
  static List<Problem> problemsOf(FlagValues values) {
    List<Problem> problems = new ArrayList<>();
    Set<Flag<String>> tls =
        Set.of(ClusterSettings.CA_FILE, ClusterSettings.CERT_FILE, ClusterSettings.KEY_FILE);
    long set = tls.stream().filter(flag -> file(values, flag).isPresent()).count();
    if (!values.required(ClusterSettings.SERVICE_DNS).isEmpty()
        && values.required(ClusterSettings.SIZE) == 0) {
      problems.add(
          new Problem(ClusterSettings.SIZE.name(), "0", "the number of nodes behind service-dns"));
    }
    List<Member> members = values.get(ClusterSettings.MEMBERS);
    long size = values.required(ClusterSettings.SIZE);
    if (size > 0 && members != null && size < members.size()) {
      problems.add(
          new Problem(
              ClusterSettings.SIZE.name(),
              Long.toString(size),
              "at least the number of members, " + members.size()));
    }
    limitsProblem(values).ifPresent(problems::add);
    if (set > 0 && set < tls.size()) {
      problems.add(
          new Problem("cluster.tls", set + " of its files", "ca-file, cert-file and key-file"));
    }
    return problems;
  }

  /** A keeper of limits that is not configured. */
  private static Optional<Problem> limitsProblem(FlagValues values) {
    ClusterLimits limits = values.get(ClusterSettings.LIMITS);
    String missing =
        limits == ClusterLimits.ETCD && EtcdConfig.of(values).isEmpty()
            ? "etcd"
            : limits == ClusterLimits.DYNAMODB && DynamoDbConfig.of(values).isEmpty()
                ? "dynamodb"
                : "";
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Problem.ofText(
                ClusterSettings.LIMITS.name(), missing, "shares, or the section " + missing));
  }

  /**
   * Checks that the files can be read, and that nodes prove themselves unless all of them are on
   * this machine. Reads files and resolves the host, so it blocks.
   *
   * @throws ConfigException with every fault
   */
  public void check() throws ConfigException {
    List<Problem> problems = new ArrayList<>();
    if (secretFile.isEmpty() && tls.isEmpty() && !isLoopback()) {
      problems.add(openHost(host));
    }
    secretFile.ifPresent(
        file -> {
          ReadableFile.check(ClusterSettings.SECRET_FILE, file, problems);
          if (problems.isEmpty() && secretLength(file) < MIN_SECRET_LENGTH) {
            problems.add(
                new Problem(
                    ClusterSettings.SECRET_FILE.name(),
                    "a secret of " + secretLength(file) + " characters",
                    "at least " + MIN_SECRET_LENGTH));
          }
        });
    tls.ifPresent(
        files -> {
          ReadableFile.check(ClusterSettings.CA_FILE, files.caFile(), problems);
          ReadableFile.check(ClusterSettings.CERT_FILE, files.certFile(), problems);
          ReadableFile.check(ClusterSettings.KEY_FILE, files.keyFile(), problems);
        });
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private boolean isLoopback() {
    try {
      return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * Describes a host that other machines reach, in a cluster whose nodes prove nothing.
   *
   * @param host the value of {@code cluster.host}
   * @return the problem
   */
  public static Problem openHost(String host) {
    return Problem.ofText(
        ClusterSettings.HOST.name(),
        host,
        "a loopback address such as 127.0.0.1, or cluster.secret-file, or cluster.tls");
  }

  private static int secretLength(Path file) {
    try {
      return Files.readString(file).strip().length();
    } catch (IOException e) {
      return 0;
    }
  }
}
