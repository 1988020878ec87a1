package io.canarygateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("external")
class TlsWatchTest {

  @TempDir Path directory;

  private final List<Credentials> used = new CopyOnWriteArrayList<>();
  private final List<String> health = new CopyOnWriteArrayList<>();
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
  private OpenSsl openssl;
  private TlsWatch watch;

  @BeforeEach
  void start() throws Exception {
    openssl = new OpenSsl(directory);
    openssl.selfSigned("a", 30);
    openssl.selfSigned("b", 30);
    openssl.selfSigned("old", -1);
    copy("a.pem", "cert");
    copy("a.key", "key");
    watch =
        new TlsWatch(
            "test.tls",
            new TlsFiles(
                List.of(new KeyFiles.PemPair(openssl.file("cert"), openssl.file("key"))),
                Optional.empty()),
            () -> Instant.now().plus(ahead.get()),
            used::add,
            (sound, detail) -> health.add((sound ? "" : "! ") + detail));
    watch.start().get(30, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() {
    watch.close();
  }

  private void copy(String from, String to) throws Exception {
    replace(to, prepare(from, to));
  }

  private Path prepare(String from, String to) throws Exception {
    return Files.copy(
        openssl.file(from), openssl.file(to + ".next"), StandardCopyOption.REPLACE_EXISTING);
  }

  private void replace(String to, Path next) throws Exception {
    Files.move(next, openssl.file(to), StandardCopyOption.ATOMIC_MOVE);
  }

  private String nameInUse() {
    return used.get(used.size() - 1).keys().get(0).name();
  }

  private void awaitHealth(String part) {
    await().untilAsserted(() -> assertThat(health.get(health.size() - 1)).contains(part));
  }

  @Test
  void theFilesAreInUseAtTheStart() {
    assertThat(nameInUse()).isEqualTo("a.example");
    assertThat(health).containsExactly("");
  }

  @Test
  void aNewPairIsUsed() throws Exception {
    Path cert = prepare("b.pem", "cert");
    Path key = prepare("b.key", "key");
    // One right behind the other, so that the watch does not see that they do not fit.
    replace("cert", cert);
    replace("key", key);
    await().untilAsserted(() -> assertThat(nameInUse()).isEqualTo("b.example"));
    assertThat(health).containsExactly("");
  }

  @Test
  void aPairThatDoesNotFitLeavesTheOldOneUntilItFits() throws Exception {
    copy("b.pem", "cert");
    awaitHealth("key-file: ");
    assertThat(nameInUse()).isEqualTo("a.example");
    copy("b.key", "key");
    await().untilAsserted(() -> assertThat(nameInUse()).isEqualTo("b.example"));
    await().untilAsserted(() -> assertThat(health).last().isEqualTo(""));
    assertThat(health).hasSize(3);
  }

  @Test
  void aCertificateThatHasExpiredLeavesTheOldOne() throws Exception {
    copy("old.pem", "cert");
    copy("old.key", "key");
    awaitHealth("(expected a certificate that has not expired)");
    assertThat(nameInUse()).isEqualTo("a.example");
  }

  @Test
  void aFileThatIsGoneLeavesTheOldOne() throws Exception {
    Files.delete(openssl.file("key"));
    awaitHealth("that can be read");
    assertThat(nameInUse()).isEqualTo("a.example");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-----BEGIN CERTIFICATE-----\nMIIB", "\u0000\u0001"})
  void aFileWithoutACertificateLeavesTheOldOne(String content) throws Exception {
    Files.writeString(openssl.file("cert"), content);
    awaitHealth("! cert-file: ");
    assertThat(nameInUse()).isEqualTo("a.example");
  }

  @Test
  void aCertificateThatIsNotValidYetIsUsedOnceItIs() throws Exception {
    ahead.set(Duration.ofHours(-1));
    copy("b.pem", "cert");
    copy("b.key", "key");
    awaitHealth("(expected a certificate that is valid already)");
    assertThat(nameInUse()).isEqualTo("a.example");
    ahead.set(Duration.ZERO);
    await().untilAsserted(() -> assertThat(nameInUse()).isEqualTo("b.example"));
    awaitHealth("");
  }

  @Test
  void healthTellsFourteenDaysBeforeAndAfterTheEnd() {
    ahead.set(Duration.ofDays(15));
    awaitHealth("");
    ahead.set(Duration.ofDays(17));
    awaitHealth("a.example expires at ");
    assertThat(health).last().asString().doesNotStartWith("!");
    ahead.set(Duration.ofDays(31));
    awaitHealth("! a.example has expired at ");
  }

  @Test
  void keysOfAnotherKindAreUsed() throws Exception {
    openssl.selfSigned("r", "-algorithm RSA -pkeyopt rsa_keygen_bits:2048", 30);
    copy("r.pem", "cert");
    copy("r.key", "key");
    await().untilAsserted(() -> assertThat(nameInUse()).isEqualTo("r.example"));
  }
}
