package io.canarygateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.message.BusSecret;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The key pair of a cluster, derived from its secret. */
class DerivedKeyTest {

  private static KeyPair of(String secret, String cluster) throws Exception {
    return DerivedKey.of(BusSecret.of(secret), cluster);
  }

  @Test
  void theSameSecretIsTheSameKeyAndAnotherIsAnother() throws Exception {
    KeyPair keys = of("a secret of the shop", "gateway");
    assertThat(of("a secret of the shop", "gateway").getPublic()).isEqualTo(keys.getPublic());
    assertThat(of("a secret of the shoq", "gateway").getPublic()).isNotEqualTo(keys.getPublic());
    assertThat(of("a secret of the shop", "other").getPublic()).isNotEqualTo(keys.getPublic());
  }

  /** Nodes of different versions have to derive the same key. */
  @Test
  void theKeyNeverChanges() throws Exception {
    ECPublicKey key = (ECPublicKey) of("a secret of the shop", "gateway").getPublic();
    assertThat(key.getW().getAffineX().toString(16)).isEqualTo(X_OF_THE_SHOP);
  }

  private static final String X_OF_THE_SHOP =
      "1af8b7679b9a833cfc4a767175ee40619121f9b5593abdd02de4c7bc190569f9";

  @Test
  void theHalvesBelongTogether() throws Exception {
    KeyPair keys = of("a secret of the shop", "gateway");
    byte[] text = HexFormat.of().parseHex("00ff");
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(keys.getPublic());
    signature.update(text);
    assertThat(signature.verify(signed)).isTrue();
  }

  /** The JDK's own generator is the reference for the arithmetic. */
  @RepeatedTest(20)
  void pointsAreMultipliedAsTheJdkDoes() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair keys = generator.generateKeyPair();
    ECPublicKey expected = (ECPublicKey) keys.getPublic();
    assertThat(
            DerivedKey.times(
                expected.getParams().getGenerator(),
                ((ECPrivateKey) keys.getPrivate()).getS(),
                expected.getParams().getCurve()))
        .isEqualTo(expected.getW());
  }
}
