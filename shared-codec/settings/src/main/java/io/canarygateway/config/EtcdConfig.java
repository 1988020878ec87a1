package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The settings of the connection to etcd; static. Texts are empty if not set.
 *
 * @param endpoints the URLs of etcd's members, all http or all https; never empty
 * @param prefix the flags are the keys directly below it; ends with {@code /}
 * @param user the user
 * @param passwordFile the file with the user's password
 * @param caFile the certificates that have signed etcd's certificate
 * @param certFile the gateway's certificate chain
 * @param keyFile the gateway's private key
 * @param serverName the name in etcd's certificate, if it is not the host of the first endpoint
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

  /**
   * Copies the list of endpoints.
   *
   * @param endpoints the URLs of etcd's members, all http or all https; never empty
   * @param prefix the flags are the keys directly below it; ends with {@code /}
   * @param user the user
   * @param passwordFile the file with the user's password
   * @param caFile the certificates that have signed etcd's certificate
   * @param certFile the gateway's certificate chain
   * @param keyFile the gateway's private key
   * @param serverName the name in etcd's certificate, if it is not the host of the first endpoint
   */
  public EtcdConfig {
    endpoints = List.copyOf(endpoints);
  }

  /**
   * Reads the settings of etcd.
   *
   * @param values values that {@link GatewayConfig#of} accepts
   * @return the settings; empty if etcd is not used
   */
  public static Optional<EtcdConfig> of(FlagValues values) {
    List<HttpUrl> endpoints = values.get(SourceSettings.ETCD_ENDPOINTS);
    if (endpoints == null) {
      return Optional.empty();
    }
    String prefix = values.required(SourceSettings.ETCD_PREFIX);
    return Optional.of(
        new EtcdConfig(
            endpoints,
            prefix.endsWith("/") ? prefix : prefix + "/",
            values.required(SourceSettings.ETCD_USER),
            values.required(SourceSettings.ETCD_PASSWORD_FILE),
            values.required(SourceSettings.ETCD_CA_FILE),
            values.required(SourceSettings.ETCD_CERT_FILE),
            values.required(SourceSettings.ETCD_KEY_FILE),
            values.required(SourceSettings.ETCD_SERVER_NAME)));
  }

  /** {@return whether connections to etcd use TLS} */
  public boolean tls() {
    return endpoints.get(0).tls();
  }

  /** Reads an endpoint. Without a scheme it is http, as for etcdctl. */
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
      if (!tls && !values.required(flag).isEmpty()) {
        problems.add(
            Problem.ofText(flag.name(), values.required(flag), "nothing, or https etcd.endpoints"));
      }
    }
    return problems;
  }

  /**
   * Checks that the named files can be read. Blocks.
   *
   * @param values the values
   * @throws ConfigException with every file that cannot be read
   */
  public static void checkFiles(FlagValues values) throws ConfigException {
    List<Problem> problems = new ArrayList<>();
    for (var flag :
        List.of(
            SourceSettings.ETCD_PASSWORD_FILE,
            SourceSettings.ETCD_CA_FILE,
            SourceSettings.ETCD_CERT_FILE,
            SourceSettings.ETCD_KEY_FILE)) {
      String file = values.required(flag);
      if (!file.isEmpty()) {
        ReadableFile.check(flag, Path.of(file), problems);
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static void bothOrNone(
      FlagValues values, Flag<String> one, Flag<String> other, List<Problem> problems) {
    boolean hasOne = !values.required(one).isEmpty();
    if (hasOne == values.required(other).isEmpty()) {
      var missing = hasOne ? other : one;
      problems.add(
          new Problem(
              missing.name(),
              "nothing",
              "a value, since " + (hasOne ? one : other).name() + " is set"));
    }
  }
}
