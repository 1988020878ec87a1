package io.canarygateway.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Certificates that have signed those of the other side. Stateless. */
public final class Authorities {

  private Authorities() {}

  /**
   * Makes a trust manager.
   *
   * @param certificates the certificates of the authorities
   * @return accepts what one of them has signed
   * @throws GeneralSecurityException if this JVM has no such trust manager
   */
  public static X509ExtendedTrustManager trust(List<X509Certificate> certificates)
      throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
    for (int i = 0; i < certificates.size(); i++) {
      store.setCertificateEntry("ca" + i, certificates.get(i));
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager trust) {
        return trust;
      }
    }
    throw new GeneralSecurityException("this JVM has no PKIX trust manager");
  }

  /** The certificates of a PEM file; empty, with a fault, if there are none. */
  static Optional<List<X509Certificate>> parse(
      FileContents contents, String key, Path file, List<TlsFault> faults) {
    return contents
        .of(key, file, faults)
        .flatMap(
            bytes -> {
              try {
                return Optional.of(Pem.certificates(bytes));
              } catch (CertificateException e) {
                faults.add(new TlsFault(key, file.toString(), "PEM certificates"));
                return Optional.empty();
              }
            });
  }
}
