package io.canarygateway.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The TLS settings of connections to servers. Immutable.
 *
 * @param caFile PEM certificates that have signed those of servers; empty for the JVM's
 * @param key the certificate that servers get; empty for none
 * @param serverName the name that a server's certificate has to bear; empty for the server's host
 */
public record ClientTls(Optional<Path> caFile, Optional<KeyFiles.PemPair> key, String serverName) {

  /** What the JVM trusts, and no certificate. */
  public static final ClientTls NONE = new ClientTls(Optional.empty(), Optional.empty(), "");

  /** {@return the files} */
  public TlsFiles files() {
    return new TlsFiles(
        key.<List<KeyFiles>>map(List::of).orElse(List.of()),
        caFile.map(file -> new TlsFiles.Authority("ca-file", file)));
  }
}
