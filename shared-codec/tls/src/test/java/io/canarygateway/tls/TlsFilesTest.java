package io.canarygateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("external")
class TlsFilesTest {

  @TempDir Path directory;

  private OpenSsl openssl;

  @BeforeEach
  void useDirectory() {
    openssl = new OpenSsl(directory);
  }

  private static List<TlsFault> faults(KeyFiles... keys) {
    return new TlsFiles(List.of(keys), Optional.empty()).check();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-256",
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-384",
        "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        "-algorithm RSA -pkeyopt rsa_keygen_bits:4096",
        "-algorithm ED25519"
      })
  void keysOfPkcs8AreRead(String kind) throws Exception {
    assertThat(faults(openssl.selfSigned("a", kind, 2))).isEmpty();
  }

  @Test
  void keysOfPkcs1AreRead() throws Exception {
    KeyFiles.PemPair pair =
        openssl.selfSigned("a", "-algorithm RSA -pkeyopt rsa_keygen_bits:2048", 2);
    openssl.run("rsa -traditional -in a.key -out old.key");
    assertThat(openssl.file("old.key")).content().contains("BEGIN RSA PRIVATE KEY");
    assertThat(faults(new KeyFiles.PemPair(pair.certFile(), openssl.file("old.key")))).isEmpty();
  }

  @Test
  void keysOfSec1AreReadBehindTheirParameters() throws Exception {
    KeyFiles.PemPair pair = openssl.selfSigned("a", 2);
    openssl.run("ec -in a.key -out old.key");
    String parameters =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    Files.writeString(
        openssl.file("old.key"), parameters + Files.readString(openssl.file("old.key")));
    assertThat(faults(new KeyFiles.PemPair(pair.certFile(), openssl.file("old.key")))).isEmpty();
  }

  @Test
  void allFaultsAreFoundAtOnce() throws Exception {
    KeyFiles.PemPair a = openssl.selfSigned("a", 2);
    KeyFiles.PemPair b = openssl.selfSigned("b", 2);
    openssl.run("ec -in a.key -aes128 -passout pass:secret -out encrypted.key");
    Path missing = openssl.file("missing");
    assertThat(
            faults(
                new KeyFiles.PemPair(missing, missing),
                new KeyFiles.PemPair(a.keyFile(), a.keyFile()),
                new KeyFiles.PemPair(a.certFile(), b.keyFile()),
                new KeyFiles.PemPair(a.certFile(), openssl.file("encrypted.key")),
                new KeyFiles.Keystore(a.certFile(), a.certFile())))
        .extracting(TlsFault::key)
        .containsExactly(
            "cert-file",
            "key-file",
            "certificates[0].cert-file",
            "certificates[1].key-file",
            "certificates[2].key-file",
            "certificates[3].keystore");
  }

  @Test
  void aFaultNamesKeyFileAndWhatIsExpected() throws Exception {
    KeyFiles.PemPair a = openssl.selfSigned("a", 2);
    KeyFiles.PemPair b = openssl.selfSigned("b", 2);
    assertThat(faults(new KeyFiles.PemPair(a.certFile(), b.keyFile())))
        .singleElement()
        .hasToString(
            "key-file: \"%s\" (expected the PEM private key of cert-file, not encrypted)"
                .formatted(b.keyFile()));
  }

  @Test
  void aPartThatCannotBeUsedStaysAndOthersAreReplaced() throws Exception {
    TlsFiles files =
        new TlsFiles(
            List.of(openssl.selfSigned("a", 2), openssl.selfSigned("b", 2)), Optional.empty());
    Credentials before =
        files.load(files.read(), null, Instant.now(), new ArrayList<>()).orElseThrow();
    Files.writeString(openssl.file("a.key"), "broken");
    openssl.selfSigned("b", 3);
    List<TlsFault> faults = new ArrayList<>();
    Credentials after = files.load(files.read(), before, Instant.now(), faults).orElseThrow();
    assertThat(faults).extracting(TlsFault::key).containsExactly("key-file");
    assertThat(after.keys().get(0)).isEqualTo(before.keys().get(0));
    assertThat(after.keys().get(1)).isNotEqualTo(before.keys().get(1));
  }

  @Test
  void theNameIsTheFirstOfDns() throws Exception {
    TlsFiles files = new TlsFiles(List.of(openssl.selfSigned("a", 2)), Optional.empty());
    KeyEntry entry =
        files
            .load(files.read(), null, Instant.EPOCH, new ArrayList<>())
            .orElseThrow()
            .keys()
            .get(0);
    assertThat(entry.name()).isEqualTo("a.example");
    assertThat(entry.names()).containsExactly("a.example", "*.a.example");
    assertThat(entry).hasToString("key of a.example");
  }
}
