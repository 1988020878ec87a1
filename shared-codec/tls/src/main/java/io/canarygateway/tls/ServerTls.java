package io.canarygateway.tls;

import java.util.List;

/**
 * The TLS settings of a listener. Immutable.
 *
 * @param files the files of certificates, and of the authorities of clients
 * @param clientAuth whether clients show certificates
 * @param minVersion the oldest version that clients may speak
 */
public record ServerTls(TlsFiles files, ClientAuth clientAuth, MinVersion minVersion) {

  /**
   * The JDK's names of the cipher suites that clients may use: those of Mozilla's "intermediate"
   * without DHE. Each has forward secrecy and authenticated encryption. DHE is left out because its
   * key exchange costs the server most of all, and no client of today needs it.
   */
  public static final List<String> CIPHER_SUITES =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  /** Whether clients show certificates. */
  public enum ClientAuth {
    /** Clients are not asked for one. */
    NONE,
    /** Clients may show one, which has to be valid. */
    REQUEST,
    /** Clients have to show a valid one. */
    REQUIRE
  }

  /** The oldest version of TLS that clients may speak. */
  public enum MinVersion {
    /** TLS 1.2. */
    TLS_1_2("1.2", "TLSv1.3", "TLSv1.2"),
    /** TLS 1.3. */
    TLS_1_3("1.3", "TLSv1.3");

    private final String text;
    private final String[] protocols;

    MinVersion(String text, String... protocols) {
      this.text = text;
      this.protocols = protocols;
    }

    /** {@return the JDK's names of the versions} */
    public String[] protocols() {
      return protocols.clone();
    }

    /** {@return the version as in the settings} */
    @Override
    public String toString() {
      return text;
    }
  }
}
