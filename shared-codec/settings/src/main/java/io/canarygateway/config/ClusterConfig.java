package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How this node joins others; static.
 *
 * @param enabled whether it does
 * @param host the address that other nodes connect to
 * @param port the port of the membership there
 * @param busPort the port of the event bus there; 0 for a free one
 * @param members the nodes that are named, or none
 * @param serviceDns a DNS name whose addresses are the nodes, or empty
 * @param size how many nodes there are if all are there; at least 1
 * @param name nodes of another name are another cluster
 * @param secretFile the file with the cluster's secret, if there is one
 * @param tls the certificates of the event bus, if there are any
 */
public record ClusterConfig(
    boolean enabled,
    String host,
    int port,
    int busPort,
    List<Member> members,
    String serviceDns,
    int size,
    String name,
    Optional<Path> secretFile,
    Optional<Tls> tls) {

  private static final int MIN_SECRET_LENGTH = 16;

  public ClusterConfig {
    members = List.copyOf(members);
  }

  /** PEM files: all nodes' certificates are signed by the first. */
  public record Tls(Path caFile, Path certFile, Path keyFile) {}

  /** What the values say of a cluster. */
  public static ClusterConfig of(FlagValues values) {
    List<Member> members = values.get(ClusterSettings.MEMBERS);
    return new ClusterConfig(
        values.get(ClusterSettings.ENABLED),
        Settings.orEveryAddress(values.get(ClusterSettings.HOST)),
        values.get(ClusterSettings.PORT).intValue(),
        values.get(ClusterSettings.BUS_PORT).intValue(),
        members == null ? List.of() : members,
        values.get(ClusterSettings.SERVICE_DNS),
        size(values),
        values.get(ClusterSettings.NAME),
        file(values, ClusterSettings.SECRET_FILE),
        file(values, ClusterSettings.CERT_FILE)
            .map(
                cert ->
                    new Tls(
                        file(values, ClusterSettings.CA_FILE).orElse(null),
                        cert,
                        file(values, ClusterSettings.KEY_FILE).orElse(null))));
  }

  private static Optional<Path> file(FlagValues values, Flag<String> flag) {
    String text = values.get(flag);
    return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }

  /** Unless it is said: the members, and this node if it is none of them. */
  private static int size(FlagValues values) {
    long said = values.get(ClusterSettings.SIZE);
    List<Member> members = values.get(ClusterSettings.MEMBERS);
    if (said > 0 || members == null || members.isEmpty()) {
      return (int) Math.max(1, said);
    }
    String host = Settings.orEveryAddress(values.get(ClusterSettings.HOST));
    Member self = new Member(host, values.get(ClusterSettings.PORT).intValue());
    // One that listens on every address is named by one of them.
    boolean named = members.contains(self) || host.equals("0.0.0.0");
    return members.size() + (named ? 0 : 1);
  }

  /** Everything wrong with the values, besides each by itself. */
  static List<Problem> problemsOf(FlagValues values) {
    List<Problem> problems = new ArrayList<>();
    Set<Flag<String>> tls =
        Set.of(ClusterSettings.CA_FILE, ClusterSettings.CERT_FILE, ClusterSettings.KEY_FILE);
    long set = tls.stream().filter(flag -> file(values, flag).isPresent()).count();
    if (!values.get(ClusterSettings.SERVICE_DNS).isEmpty()
        && values.get(ClusterSettings.SIZE) == 0) {
      problems.add(
          new Problem(
              ClusterSettings.SIZE.name(), "0", "how many nodes there are behind service-dns"));
    }
    List<Member> members = values.get(ClusterSettings.MEMBERS);
    long size = values.get(ClusterSettings.SIZE);
    if (size > 0 && members != null && size < members.size()) {
      problems.add(
          new Problem(
              ClusterSettings.SIZE.name(),
              Long.toString(size),
              "at least as many as there are members: " + members.size()));
    }
    if (set > 0 && set < tls.size()) {
      problems.add(
          new Problem("cluster.tls", set + " of its files", "ca-file, cert-file and key-file"));
    }
    return problems;
  }

  /**
   * Checks that the files can be read; blocks.
   *
   * @throws ConfigException with each that cannot
   */
  public void checkFiles() throws ConfigException {
    List<Problem> problems = new ArrayList<>();
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

  private static int secretLength(Path file) {
    try {
      return Files.readString(file).strip().length();
    } catch (IOException e) {
      return 0;
    }
  }
}
