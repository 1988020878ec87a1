package io.canarygateway.tls;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** The few structures of DER by which older forms of private keys become PKCS #8. Stateless. */
final class Der {

  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

  private Der() {}

  /**
   * Puts a key of PKCS #1 or SEC 1 into PKCS #8. Its algorithm, with the curve, is that of the
   * certificate.
   *
   * @param key the key
   * @param publicKey the certificate's public key, a SubjectPublicKeyInfo
   */
  static byte[] pkcs8(byte[] key, byte[] publicKey) {
    int algorithm = contentBegin(publicKey, 0);
    int end = contentBegin(publicKey, algorithm) + length(publicKey, algorithm);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(VERSION_0);
    content.write(publicKey, algorithm, end - algorithm);
    content.writeBytes(tagged(OCTET_STRING, key));
    return tagged(SEQUENCE, content.toByteArray());
  }

  /** The index behind the tag and the length that begin at an index. */
  private static int contentBegin(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < 0x80 ? 0 : first - 0x80);
  }

  private static int length(byte[] der, int at) {
    int begin = contentBegin(der, at);
    if (begin == at + 2) {
      return der[at + 1];
    }
    int length = 0;
    for (byte each : Arrays.copyOfRange(der, at + 2, begin)) {
      length = length << 8 | each & 0xff;
    }
    return length;
  }

  private static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 6);
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else if (content.length < 0x1_00) {
      out.writeBytes(new byte[] {(byte) 0x81, (byte) content.length});
    } else if (content.length < 0x1_00_00) {
      out.writeBytes(new byte[] {(byte) 0x82, (byte) (content.length >> 8), (byte) content.length});
    } else {
      throw new IllegalArgumentException("no key is that long");
    }
    out.writeBytes(content);
    return out.toByteArray();
  }
}
