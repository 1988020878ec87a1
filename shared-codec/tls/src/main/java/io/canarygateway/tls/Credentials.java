package io.canarygateway.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What one side of TLS connections shows, and whom it accepts. Immutable.
 *
 * @param keys the private keys with their certificates; the first one is the default
 * @param authorities the certificates that have signed those of the other side; empty for the JVM's
 */
public record Credentials(List<KeyEntry> keys, List<X509Certificate> authorities) {

  /**
   * Copies the lists.
   *
   * @param keys the private keys with their certificates
   * @param authorities the certificates that have signed those of the other side
   */
  public Credentials {
    keys = List.copyOf(keys);
    authorities = List.copyOf(authorities);
  }

  /**
   * The trust manager of the authorities.
   *
   * @return the trust manager; empty if there are no authorities
   * @throws GeneralSecurityException if this JVM has no such trust manager
   */
  public Optional<X509ExtendedTrustManager> trust() throws GeneralSecurityException {
    return authorities.isEmpty() ? Optional.empty() : Optional.of(Authorities.trust(authorities));
  }
}
