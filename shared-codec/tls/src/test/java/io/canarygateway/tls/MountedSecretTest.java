package io.canarygateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as Kubernetes mounts a secret: links into {@code ..data}, which is a link itself. */
@Tag("external")
class MountedSecretTest {

  @TempDir Path directory;

  private void mount(OpenSsl openssl, String name) throws Exception {
    Path version = Files.createDirectory(directory.resolve(".." + name));
    Files.copy(openssl.file(name + ".pem"), version.resolve("tls.crt"));
    Files.copy(openssl.file(name + ".key"), version.resolve("tls.key"));
    Path next = Files.createSymbolicLink(directory.resolve("..data_tmp"), version.getFileName());
    Files.move(next, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void aSwapOfTheLinkIsNoticed() throws Exception {
    OpenSsl openssl = new OpenSsl(Files.createDirectory(directory.resolve("made")));
    openssl.selfSigned("a", 30);
    openssl.selfSigned("b", 30);
    mount(openssl, "a");
    Path cert = directory.resolve("tls.crt");
    Path key = directory.resolve("tls.key");
    Files.createSymbolicLink(cert, Path.of("..data/tls.crt"));
    Files.createSymbolicLink(key, Path.of("..data/tls.key"));
    List<String> used = new CopyOnWriteArrayList<>();
    List<String> problems = new CopyOnWriteArrayList<>();
    try (TlsWatch watch =
        new TlsWatch(
            "test.tls",
            new TlsFiles(List.of(new KeyFiles.PemPair(cert, key)), Optional.empty()),
            InstantSource.system(),
            credentials -> used.add(credentials.keys().get(0).name()),
            (sound, detail) -> problems.add(detail))) {
      watch.start().get(30, TimeUnit.SECONDS);
      mount(openssl, "b");
      await().untilAsserted(() -> assertThat(used).containsExactly("a.example", "b.example"));
      assertThat(problems).containsOnly("");
    }
  }
}
