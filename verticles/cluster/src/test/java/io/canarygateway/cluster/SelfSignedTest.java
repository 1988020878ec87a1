package io.canarygateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.message.BusSecret;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;

/** The certificate around a derived key, as the JDK reads it. */
class SelfSignedTest {

  @Test
  void theJdkReadsIt() throws Exception {
    KeyPair keys = DerivedKey.of(BusSecret.of("a secret of the shop"), "gateway");
    X509Certificate certificate = SelfSigned.of(keys);
    certificate.verify(keys.getPublic());
    certificate.checkValidity();
    assertThat(certificate.getPublicKey()).isEqualTo(keys.getPublic());
    assertThat(certificate.getVersion()).isEqualTo(3);
    assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=canary-gateway");
    assertThat(certificate.getIssuerX500Principal())
        .isEqualTo(certificate.getSubjectX500Principal());
  }
}
