package io.canarygateway.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reader of PEM texts. Stateless. Messages begin with a verb, for a name before them, and have no
 * part of a key.
 */
public final class Pem {

  private static final Pattern KEY =
      Pattern.compile(
          "-----BEGIN (RSA |EC )?PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END \\1?PRIVATE KEY-----");

  private Pem() {}

  /**
   * Reads all certificates of a text.
   *
   * @param pem the text, in ASCII
   * @return the certificates in their order; at least one
   * @throws CertificateException if a certificate is malformed, or if there is none
   */
  public static List<X509Certificate> certificates(byte[] pem) throws CertificateException {
    List<X509Certificate> parsed = new ArrayList<>();
    for (Certificate each :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem))) {
      parsed.add((X509Certificate) each);
    }
    if (parsed.isEmpty()) {
      throw new CertificateException("no certificate");
    }
    return List.copyOf(parsed);
  }

  /**
   * Reads the private key of a text: PKCS #8, PKCS #1 (RSA) or SEC 1 (EC), not encrypted.
   *
   * @param pem the text, in ASCII
   * @param publicKey the key of the certificate that the private key has to belong to
   * @return the key
   * @throws GeneralSecurityException if there is no key, or if it is another one
   */
  public static PrivateKey privateKey(byte[] pem, PublicKey publicKey)
      throws GeneralSecurityException {
    Matcher matcher = KEY.matcher(new String(pem, StandardCharsets.ISO_8859_1));
    if (!matcher.find()) {
      throw new GeneralSecurityException("has no private key, or an encrypted one");
    }
    PrivateKey key;
    try {
      byte[] der = Base64.getMimeDecoder().decode(matcher.group(2));
      key =
          KeyFactory.getInstance(publicKey.getAlgorithm())
              .generatePrivate(
                  new PKCS8EncodedKeySpec(
                      matcher.group(1) == null ? der : Der.pkcs8(der, publicKey.getEncoded())));
    } catch (InvalidKeySpecException | IllegalArgumentException e) {
      throw new GeneralSecurityException("is no key of the certificate's kind", e);
    }
    if (!belongTogether(key, publicKey)) {
      throw new GeneralSecurityException("is not the key of cert-file");
    }
    return key;
  }

  static boolean belongTogether(PrivateKey key, PublicKey publicKey)
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
}
