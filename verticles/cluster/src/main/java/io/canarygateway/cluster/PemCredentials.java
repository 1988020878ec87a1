package io.canarygateway.cluster;

import io.canarygateway.tls.Authorities;
import io.canarygateway.tls.KeyChooser;
import io.canarygateway.tls.KeyEntry;
import io.canarygateway.tls.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The texts of three PEM files. Two are equal if their texts are, so that a change is noticed.
 *
 * @param ca the certificates of the authority
 * @param cert this node's certificate chain
 * @param key this node's private key
 */
record PemCredentials(String ca, String cert, String key) {

  /** Larger files are no certificates. */
  private static final int MAX_BYTES = 1 << 20;

  /** Reads the files; blocks. */
  static PemCredentials read(Identity.Certificates files) throws IOException {
    return new PemCredentials(text(files.caFile()), text(files.certFile()), text(files.keyFile()));
  }

  private static String text(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + " is larger than 1 MB");
    }
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  /**
   * Parses the texts.
   *
   * @throws GeneralSecurityException if a text is not PEM, or if the key does not belong to the
   *     certificate; its message has no part of the key
   */
  Credentials parse() throws GeneralSecurityException {
    List<X509Certificate> chain = certificates(cert, "cert-file");
    PrivateKey own;
    try {
      own = Pem.privateKey(bytes(key), chain.get(0).getPublicKey());
    } catch (GeneralSecurityException e) {
      throw new GeneralSecurityException("key-file " + e.getMessage(), e);
    }
    return new Credentials(
        new KeyChooser(List.of(new KeyEntry(own, chain))),
        Authorities.trust(certificates(ca, "ca-file")));
  }

  private static List<X509Certificate> certificates(String pem, String file)
      throws GeneralSecurityException {
    try {
      return Pem.certificates(bytes(pem));
    } catch (CertificateException e) {
      throw new GeneralSecurityException(file + " has no certificate", e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    return "PEM certificates";
  }
}
