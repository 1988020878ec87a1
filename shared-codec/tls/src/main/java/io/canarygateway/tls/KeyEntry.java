package io.canarygateway.tls;

import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * A private key with its certificates. Immutable.
 *
 * @param key the private key
 * @param chain the certificate of that key, then those that have signed it
 */
public record KeyEntry(PrivateKey key, List<X509Certificate> chain) {

  private static final int DNS_NAME = 2;

  /**
   * Copies the chain.
   *
   * @param key the private key
   * @param chain the certificate of that key, then those that have signed it; at least one
   */
  public KeyEntry {
    chain = List.copyOf(chain);
  }

  private X509Certificate certificate() {
    return chain.get(0);
  }

  /** {@return the certificate's first DNS name, or else its subject} */
  public String name() {
    List<String> names = names();
    return names.isEmpty() ? certificate().getSubjectX500Principal().getName() : names.get(0);
  }

  /** {@return the time at which the certificate expires} */
  public Instant expiry() {
    return certificate().getNotAfter().toInstant();
  }

  /** {@return the time from which the certificate is valid} */
  public Instant begin() {
    return certificate().getNotBefore().toInstant();
  }

  /** The DNS names that the certificate bears, in lower case; its common name if it has none. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (List<?> each : alternatives()) {
      if (each.get(0) instanceof Integer type
          && type == DNS_NAME
          && each.get(1) instanceof String name) {
        names.add(name.toLowerCase(Locale.ROOT));
      }
    }
    if (names.isEmpty()) {
      commonName().map(name -> name.toLowerCase(Locale.ROOT)).ifPresent(names::add);
    }
    return names;
  }

  private Collection<List<?>> alternatives() {
    try {
      Collection<List<?>> found = certificate().getSubjectAlternativeNames();
      return found == null ? List.of() : found;
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  private Optional<String> commonName() {
    try {
      for (Rdn part : new LdapName(certificate().getSubjectX500Principal().getName()).getRdns()) {
        if (part.getType().equalsIgnoreCase("CN")) {
          return Optional.of(part.getValue().toString());
        }
      }
    } catch (InvalidNameException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  /** Keeps the key out of logs. */
  @Override
  public String toString() {
    return "key of " + name();
  }
}
