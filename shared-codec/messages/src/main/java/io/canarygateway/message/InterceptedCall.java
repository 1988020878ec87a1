package io.canarygateway.message;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the proxy tells the {@link InterceptorServer} about one request, in the request's header
 * {@link #HEADER}. The header's value is the server's token, a space, and {@link #encode}.
 * Immutable.
 *
 * @param route the name of the route; empty for the default route
 * @param target {@code main} or {@code canary}
 * @param interceptors the names of the interceptors, in the order in which they see the request
 * @param tls how connections to the target are secured
 * @param tlsFiles the files of those connections
 * @param connectTimeout how long each attempt to connect may take
 * @param idleTimeout how long an idle connection is kept
 * @param maxConns the largest number of connections to each address
 * @param addresses the addresses to try; never empty. The first two are equally good.
 */
public record InterceptedCall(
    String route,
    String target,
    List<String> interceptors,
    Tls tls,
    TlsFiles tlsFiles,
    Duration connectTimeout,
    Duration idleTimeout,
    int maxConns,
    List<Address> addresses) {

  /** The name of the header, in requests to the server and in its responses. */
  public static final String HEADER = "Canary-Gateway-Interceptors";

  private static final int FIELDS = 9;
  private static final String NO_ROUTE = "-";

  /** How connections to the target are secured. */
  public enum Tls {
    /** Not at all. */
    OFF,
    /** With TLS; the certificate is verified. */
    VERIFIED,
    /** With TLS; any certificate is accepted. */
    ANY_CERTIFICATE
  }

  /**
   * The files of TLS connections to the target, and the name in its certificate. Each may be empty.
   *
   * @param caFile the PEM file of the authorities
   * @param certFile the PEM file of the certificate that the target gets
   * @param keyFile the PEM file of its key
   * @param serverName the name that is asked for; empty for that of the address
   */
  public record TlsFiles(String caFile, String certFile, String keyFile, String serverName) {

    /** What the JVM trusts, and no certificate. */
    public static final TlsFiles NONE = new TlsFiles("", "", "", "");

    private String encode() {
      return Stream.of(caFile, certFile, keyFile, serverName)
          .map(InterceptedCall::escape)
          .collect(Collectors.joining(";"));
    }

    private static TlsFiles parse(String text) {
      String[] parts = text.split(";", -1);
      return new TlsFiles(
          unescape(parts[0]), unescape(parts[1]), unescape(parts[2]), unescape(parts[3]));
    }
  }

  /**
   * One address of the target.
   *
   * @param host the server's name or address in the target's URL
   * @param ip the address; empty if the name has to be looked up
   * @param port the port
   * @param authority host and port in the form of a {@code Host} header
   */
  public record Address(String host, String ip, int port, String authority) {

    /** {@return the form in the header} */
    public String encode() {
      return escape(host) + ";" + escape(ip) + ";" + port + ";" + escape(authority);
    }

    private static Address parse(String text) {
      String[] parts = text.split(";", -1);
      return new Address(
          unescape(parts[0]), unescape(parts[1]), Integer.parseInt(parts[2]), unescape(parts[3]));
    }
  }

  /**
   * Copies the lists.
   *
   * @param route the name of the route; empty for the default route
   * @param target {@code main} or {@code canary}
   * @param interceptors the names of the interceptors, in the order in which they see the request
   * @param tls how connections to the target are secured
   * @param tlsFiles the files of those connections
   * @param connectTimeout how long each attempt to connect may take
   * @param idleTimeout how long an idle connection is kept
   * @param maxConns the largest number of connections to each address
   * @param addresses the addresses to try; never empty. The first two are equally good.
   */
  public InterceptedCall {
    interceptors = List.copyOf(interceptors);
    addresses = List.copyOf(addresses);
  }

  /** {@return the form in the header, without the token} */
  public String encode() {
    return encodeSettings()
        + addresses.stream().map(Address::encode).collect(Collectors.joining(","));
  }

  /**
   * {@return all but the addresses in the form of the header, which ends with a space; the same for
   * all requests of one snapshot to one target}
   */
  public String encodeSettings() {
    return Stream.of(
            target,
            route.isEmpty() ? NO_ROUTE : route,
            tls.name(),
            tlsFiles.encode(),
            Long.toString(connectTimeout.toMillis()),
            Long.toString(idleTimeout.toMillis()),
            Integer.toString(maxConns),
            interceptors.stream().map(InterceptedCall::escape).collect(Collectors.joining(",")))
        .collect(Collectors.joining(" ", "", " "));
  }

  /**
   * Reads the form in the header.
   *
   * @param text the header's value behind the token
   * @return the call
   * @throws IllegalArgumentException if the text is malformed
   */
  public static InterceptedCall parse(String text) {
    String[] fields = text.split(" ", -1);
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException("not " + FIELDS + " fields");
    }
    return new InterceptedCall(
        fields[1].equals(NO_ROUTE) ? "" : fields[1],
        fields[0],
        Stream.of(fields[7].split(",")).map(InterceptedCall::unescape).toList(),
        Tls.valueOf(fields[2]),
        TlsFiles.parse(fields[3]),
        Duration.ofMillis(Long.parseLong(fields[4])),
        Duration.ofMillis(Long.parseLong(fields[5])),
        Integer.parseInt(fields[6]),
        Stream.of(fields[8].split(",")).map(Address::parse).toList());
  }

  private static String escape(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String unescape(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
