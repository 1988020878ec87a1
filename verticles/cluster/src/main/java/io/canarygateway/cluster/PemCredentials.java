package io.canarygateway.cluster;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The texts of three PEM files. Two are equal if their texts are, so that a change is noticed.
 *
 * @param ca the certificates of the authority
 * @param cert this node's certificate chain
 * @param key this node's private key
 */
record PemCredentials(String ca, String cert, String key) {

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

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
  Credentials parse() throws GeneralSecurityException, IOException {
    List<X509Certificate> chain = certificates(cert, "cert-file");
    PrivateKey parsed = privateKey(key, chain.get(0).getPublicKey());
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    List<X509Certificate> authorities = certificates(ca, "ca-file");
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("ca" + i, authorities.get(i));
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager trust) {
        return new Credentials(new OneKey(parsed, chain), trust);
      }
    }
    throw new GeneralSecurityException("this JVM has no PKIX trust manager");
  }

  private static List<X509Certificate> certificates(String pem, String file)
      throws GeneralSecurityException {
    List<X509Certificate> parsed = new ArrayList<>();
    for (Certificate each :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)))) {
      parsed.add((X509Certificate) each);
    }
    if (parsed.isEmpty()) {
      throw new GeneralSecurityException(file + " has no certificate");
    }
    return parsed;
  }

  private static PrivateKey privateKey(String pem, PublicKey publicKey)
      throws GeneralSecurityException {
    Matcher matcher = KEY.matcher(pem);
    if (!matcher.find()) {
      throw new GeneralSecurityException("key-file has no PKCS #8 private key");
    }
    PrivateKey key;
    try {
      key =
          KeyFactory.getInstance(publicKey.getAlgorithm())
              .generatePrivate(
                  new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(1))));
    } catch (InvalidKeySpecException | IllegalArgumentException e) {
      throw new GeneralSecurityException("key-file is no key of the certificate's kind", e);
    }
    if (!belongTogether(key, publicKey)) {
      throw new GeneralSecurityException("key-file is not the key of cert-file");
    }
    return key;
  }

  private static boolean belongTogether(PrivateKey key, PublicKey publicKey)
      throws GeneralSecurityException {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "EdDSA" -> "EdDSA";
          default -> "SHA256withRSA";
        };
    byte[] probe = "canary-gateway".getBytes(StandardCharsets.US_ASCII);
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(probe);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(probe);
    return signature.verify(signed);
  }

  @Override
  public String toString() {
    return "PEM certificates";
  }
}
