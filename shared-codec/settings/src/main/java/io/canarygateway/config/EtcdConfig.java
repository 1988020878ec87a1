package io.canarygateway.config;

import io.canarygateway.flags.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How etcd is reached; static. Files are empty strings if not set.
 *
 * @param endpoints the members' URLs, all http or all https; never empty
 * @param prefix the keys of the flags are right below it; ends with {@code /}
 * @param user the user, or empty
 * @param passwordFile the file with the user's password
 * @param caFile the certificates that etcd's is signed by
 * @param certFile the gateway's own certificate
 * @param keyFile the key of that certificate
 * @param serverName the name that etcd's certificate has to bear, or empty for its host's
 */
public record EtcdConfig(
    List<HttpUrl> endpoints,
    String prefix,
    String user,
    String passwordFile,
    String caFile,
    String certFile,
    String keyFile,
    String serverName) {

  static final String EXPECTED_ENDPOINT = "a URL such as http://127.0.0.1:2379, without a path";

  public EtcdConfig {
    endpoints = List.copyOf(endpoints);
  }

  /** How the values say that etcd is reached, if at all. */
  public static Optional<EtcdConfig> of(FlagValues values) {
    List<HttpUrl> endpoints = values.get(SourceSettings.ETCD_ENDPOINTS);
    if (endpoints == null) {
      return Optional.empty();
    }
    String prefix = values.get(SourceSettings.ETCD_PREFIX);
    return Optional.of(
        new EtcdConfig(
            endpoints,
            prefix.endsWith("/") ? prefix : prefix + "/",
            values.get(SourceSettings.ETCD_USER),
            values.get(SourceSettings.ETCD_PASSWORD_FILE),
            values.get(SourceSettings.ETCD_CA_FILE),
            values.get(SourceSettings.ETCD_CERT_FILE),
            values.get(SourceSettings.ETCD_KEY_FILE),
            values.get(SourceSettings.ETCD_SERVER_NAME)));
  }

  /** Whether the members are reached by TLS. */
  public boolean tls() {
    return endpoints.get(0).tls();
  }

  /** Reads an endpoint; one without a scheme, as etcdctl takes it, is http. */
  static HttpUrl endpoint(String text) {
    HttpUrl url = HttpUrl.parse(text.contains("://") ? text : "http://" + text);
    if (!url.path().matches("/?") || !url.query().isEmpty()) {
      throw new IllegalArgumentException(text);
    }
    return new HttpUrl(url.tls(), url.host(), url.port(), "", "", url.authority());
  }

  static List<Problem> problemsOf(FlagValues values) {
    List<Problem> problems = new ArrayList<>();
    List<HttpUrl> endpoints = values.get(SourceSettings.ETCD_ENDPOINTS);
    if (endpoints == null) {
      return problems;
    }
    if (endpoints.isEmpty()) {
      problems.add(new Problem(SourceSettings.ETCD_ENDPOINTS.name(), "none", "at least one URL"));
      return problems;
    }
    boolean tls = endpoints.get(0).tls();
    for (HttpUrl endpoint : endpoints) {
      if (endpoint.tls() != tls) {
        problems.add(
            Problem.ofText(
                SourceSettings.ETCD_ENDPOINTS.name(),
                endpoint.toString(),
                "all http or all https"));
      }
    }
    bothOrNone(values, SourceSettings.ETCD_USER, SourceSettings.ETCD_PASSWORD_FILE, problems);
    bothOrNone(values, SourceSettings.ETCD_CERT_FILE, SourceSettings.ETCD_KEY_FILE, problems);
    for (var flag :
        List.of(
            SourceSettings.ETCD_CA_FILE,
            SourceSettings.ETCD_CERT_FILE,
            SourceSettings.ETCD_KEY_FILE,
            SourceSettings.ETCD_SERVER_NAME)) {
      if (!tls && !values.get(flag).isEmpty()) {
        problems.add(
            Problem.ofText(flag.name(), values.get(flag), "nothing, or https etcd.endpoints"));
      }
    }
    return problems;
  }

  /**
   * Checks that the files that the values name can be read. Blocks.
   *
   * @throws ConfigException with every file that cannot
   */
  public static void checkFiles(FlagValues values) throws ConfigException {
    List<Problem> problems = new ArrayList<>();
    for (var flag :
        List.of(
            SourceSettings.ETCD_PASSWORD_FILE,
            SourceSettings.ETCD_CA_FILE,
            SourceSettings.ETCD_CERT_FILE,
            SourceSettings.ETCD_KEY_FILE)) {
      String file = values.get(flag);
      if (!file.isEmpty()) {
        ReadableFile.check(flag, Path.of(file), problems);
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static void bothOrNone(
      FlagValues values,
      io.canarygateway.flags.Flag<String> one,
      io.canarygateway.flags.Flag<String> other,
      List<Problem> problems) {
    boolean hasOne = !values.get(one).isEmpty();
    if (hasOne == values.get(other).isEmpty()) {
      var missing = hasOne ? other : one;
      problems.add(
          new Problem(
              missing.name(),
              "nothing",
              "a value, since " + (hasOne ? one : other).name() + " is set"));
    }
  }
}
