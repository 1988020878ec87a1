package io.canarygateway.cluster;

import io.canarygateway.message.BusSecret;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Derives the key pair of a cluster from its secret, on the curve P-256. All nodes derive the same
 * pair, on every JVM: the JDK's own generators would not promise that.
 */
final class DerivedKey {

  private static final String CURVE = "secp256r1";
  private static final String HMAC = "HmacSHA512";
  private static final BigInteger TWO = BigInteger.TWO;
  private static final BigInteger THREE = BigInteger.valueOf(3);

  private DerivedKey() {}

  /**
   * Derives the key pair; takes about 0.1 s.
   *
   * @param secret the cluster's secret
   * @param cluster the cluster's name, so that two clusters with one secret have different keys
   */
  static KeyPair of(BusSecret secret, String cluster) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(CURVE));
    ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
    // 512 bits make every remainder of the 256-bit order equally likely.
    Mac mac = Mac.getInstance(HMAC);
    mac.init(new SecretKeySpec(secret.key("cluster key of " + cluster), HMAC));
    byte[] wide = mac.doFinal("P-256 scalar".getBytes(StandardCharsets.UTF_8));
    BigInteger scalar =
        new BigInteger(1, wide).mod(curve.getOrder().subtract(BigInteger.ONE)).add(BigInteger.ONE);
    KeyFactory keys = KeyFactory.getInstance("EC");
    return new KeyPair(
        keys.generatePublic(
            new ECPublicKeySpec(times(curve.getGenerator(), scalar, curve.getCurve()), curve)),
        keys.generatePrivate(new ECPrivateKeySpec(scalar, curve)));
  }

  /** A point times a number, by doubling and adding. Runs once, before anybody can measure it. */
  static ECPoint times(ECPoint point, BigInteger number, EllipticCurve curve) {
    BigInteger prime = ((java.security.spec.ECFieldFp) curve.getField()).getP();
    ECPoint sum = ECPoint.POINT_INFINITY;
    for (int bit = number.bitLength() - 1; bit >= 0; bit--) {
      sum = sum(sum, sum, curve.getA(), prime);
      if (number.testBit(bit)) {
        sum = sum(sum, point, curve.getA(), prime);
      }
    }
    return sum;
  }

  private static ECPoint sum(ECPoint p, ECPoint q, BigInteger a, BigInteger prime) {
    if (p.equals(ECPoint.POINT_INFINITY)) {
      return q;
    }
    if (q.equals(ECPoint.POINT_INFINITY)) {
      return p;
    }
    BigInteger px = p.getAffineX();
    BigInteger py = p.getAffineY();
    BigInteger qx = q.getAffineX();
    BigInteger qy = q.getAffineY();
    BigInteger slope;
    if (!px.equals(qx)) {
      slope = qy.subtract(py).multiply(qx.subtract(px).modInverse(prime));
    } else if (py.equals(qy)) {
      slope = px.pow(2).multiply(THREE).add(a).multiply(py.multiply(TWO).modInverse(prime));
    } else {
      return ECPoint.POINT_INFINITY;
    }
    BigInteger x = slope.pow(2).subtract(px).subtract(qx).mod(prime);
    return new ECPoint(x, slope.multiply(px.subtract(x)).subtract(py).mod(prime));
  }
}
