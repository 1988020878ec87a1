package io.canarygateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.canarygateway.fixtures.Certificates;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PEM files that can be used, and those that cannot. */
class PemCredentialsTest {

  @TempDir static Path directory;
  private static PemCredentials good;
  private static String otherKey;

  @BeforeAll
  static void certificates() throws Exception {
    Certificates made = Certificates.create(directory);
    good = read(made, made.serverKey());
    otherKey = read(made, made.clientKey()).key();
  }

  private static PemCredentials read(Certificates made, Path key) throws Exception {
    return PemCredentials.read(
        new Identity.Certificates(made.ca(), made.serverCert(), key, Optional.empty()));
  }

  @Test
  void filesThatFitAreParsed() throws Exception {
    Credentials parsed = good.parse();
    assertThat(parsed.trust().getAcceptedIssuers()).hasSize(1);
    assertThat(parsed.key().chooseServerAlias("RSA", null, null)).isNotNull();
    assertThat(parsed.key().chooseServerAlias("EC", null, null)).isNull();
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() {
    assertThatThrownBy(() -> new PemCredentials(good.ca(), good.cert(), otherKey).parse())
        .hasMessage("key-file is not the key of cert-file");
  }

  @Test
  void aFileThatIsNotPemIsNamed() {
    assertThatThrownBy(() -> new PemCredentials("", good.cert(), good.key()).parse())
        .hasMessage("ca-file has no certificate");
    assertThatThrownBy(() -> new PemCredentials(good.ca(), "", good.key()).parse())
        .hasMessage("cert-file has no certificate");
    assertThatThrownBy(() -> new PemCredentials(good.ca(), good.cert(), good.cert()).parse())
        .hasMessage("key-file has no private key, or an encrypted one");
  }

  @Test
  void aBrokenKeyIsNotShown() {
    String broken = good.key().replace(good.key().substring(40, 60), "AAAAAAAAAAAAAAAAAAAA");
    assertThatThrownBy(() -> new PemCredentials(good.ca(), good.cert(), broken).parse())
        .hasMessage("key-file is no key of the certificate's kind");
    assertThat(good.toString()).isEqualTo("PEM certificates");
  }
}
