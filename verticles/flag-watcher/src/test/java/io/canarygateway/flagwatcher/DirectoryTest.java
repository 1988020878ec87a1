package io.canarygateway.flagwatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.canarygateway.config.ConfigException;
import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flags from a directory, as Kubernetes mounts a ConfigMap and as people edit files. */
class DirectoryTest {

  private static final int MANY = 50;

  @TempDir Path temp;
  private Path flags;
  private WatcherFixture gateway;
  private final Map<Path, ConfigMapMount> mounts = new TreeMap<>();

  @BeforeEach
  void start() {
    flags = temp.resolve("flags");
  }

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
  }

  private JsonObject config() {
    JsonObject declare = new JsonObject();
    for (int i = 0; i < MANY; i++) {
      declare.put("flag" + i, new JsonObject().put("type", "int64"));
    }
    declare.put("text", new JsonObject().put("type", "string"));
    return new JsonObject()
        .put("main-target", "http://127.0.0.1:1")
        .put("canary-target", "http://127.0.0.1:2")
        .put("flags", new JsonObject().put("directory", flags.toString()).put("declare", declare));
  }

  private void startGateway() throws Exception {
    gateway = WatcherFixture.start(config());
  }

  private void awaitFlag(String name, String value) {
    await().untilAsserted(() -> assertThat(gateway.flag(name)).isEqualTo(value));
  }

  private boolean swap(Path directory, Map<String, String> values) throws Exception {
    return mounts.computeIfAbsent(directory, ConfigMapMount::new).swap(values);
  }

  private static Map<String, String> all(int value) {
    Map<String, String> values = new TreeMap<>();
    for (int i = 0; i < MANY; i++) {
      values.put("flag" + i, value + "\n");
    }
    return values;
  }

  @Test
  void aSwapOfFiftyFlagsIsOneRevision() throws Exception {
    swap(flags, all(1));
    startGateway();
    assertThat(gateway.flag("flag49")).isEqualTo("1");
    assertThat(gateway.revision()).isEqualTo(1);
    for (int value = 2; value <= 5; value++) {
      swap(flags, all(value));
      awaitFlag("flag49", Integer.toString(value));
      assertThat(gateway.flag("flag0")).isEqualTo(Integer.toString(value));
      assertThat(gateway.revision()).isEqualTo(value);
    }
    assertThat(gateway.metric("gateway_flag_updates_total{source=\"directory\"}")).isEqualTo(250);
  }

  @Test
  void aSwapMayBringAndTakeFlagsInTheSameRevision() throws Exception {
    swap(flags, Map.of("flag0", "1", "flag1", "1"));
    startGateway();
    boolean quick = swap(flags, Map.of("flag1", "2", "flag2", "2", "text", "two\n"));
    awaitFlag("text", "two");
    awaitFlag("flag0", "0");
    awaitFlag("flag1", "2");
    awaitFlag("flag2", "2");
    if (quick) {
      assertThat(gateway.revision()).isEqualTo(2);
    }
  }

  @Test
  void oneBadValueOfASwapKeepsItsOldOneTheOthersCount() throws Exception {
    swap(flags, Map.of("flag0", "1", "flag1", "1", "strategy", "main"));
    startGateway();
    swap(flags, Map.of("flag0", "many", "flag1", "2", "strategy", "sidecar"));
    awaitFlag("flag1", "2");
    assertThat(gateway.flag("flag0")).isEqualTo("1");
    assertThat(gateway.flag("strategy")).isEqualTo("main");
    assertThat(gateway.metric("gateway_flag_rejections_total{source=\"directory\"}")).isEqualTo(2);
    swap(flags, Map.of("flag0", "3", "flag1", "2", "strategy", "canary"));
    awaitFlag("strategy", "canary");
    assertThat(gateway.flag("flag0")).isEqualTo("3");
  }

  @Test
  void singleFilesAreWrittenRenamedAndRemoved() throws Exception {
    Files.createDirectories(flags);
    startGateway();
    Files.writeString(flags.resolve("flag0"), "1\n");
    awaitFlag("flag0", "1");
    Files.writeString(flags.resolve("flag0"), "2\r\n");
    awaitFlag("flag0", "2");
    Path edited = Files.writeString(flags.resolve(".flag0.swp"), "3");
    Files.move(edited, flags.resolve("flag0"), StandardCopyOption.ATOMIC_MOVE);
    awaitFlag("flag0", "3");
    Files.writeString(flags.resolve("text"), " a\nb \n\n");
    awaitFlag("text", " a\nb ");
    Files.delete(flags.resolve("flag0"));
    awaitFlag("flag0", "0");
    // A file that was read while it was being written may have been refused, too.
    double before = gateway.metric("gateway_flag_rejections_total{source=\"directory\"}");
    Files.writeString(flags.resolve("flag1"), "\n");
    await()
        .until(
            () -> gateway.metric("gateway_flag_rejections_total{source=\"directory\"}") > before);
  }

  @Test
  void theDirectoryMayAppearLaterVanishAndComeBack() throws Exception {
    flags = temp.resolve("not/yet/there");
    startGateway();
    assertThat(gateway.health("directory").status()).isEqualTo(Status.DEGRADED);
    assertThat(gateway.health("directory").detail()).contains("no such directory");
    Path made = Files.createDirectories(flags);
    Files.writeString(made.resolve("flag0"), "1");
    awaitFlag("flag0", "1");
    assertThat(gateway.health("directory").status()).isEqualTo(Status.UP);
    Files.move(flags, temp.resolve("away"));
    await().until(() -> gateway.health("directory").status() == Status.DEGRADED);
    assertThat(gateway.flag("flag0")).isEqualTo("1");
    Files.writeString(temp.resolve("away/flag0"), "2");
    Files.move(temp.resolve("away"), flags);
    awaitFlag("flag0", "2");
  }

  @Test
  void theDirectoryMayBeALinkThatIsTurned() throws Exception {
    Path one = Files.createDirectories(temp.resolve("one"));
    Path two = Files.createDirectories(temp.resolve("two"));
    Files.writeString(one.resolve("flag0"), "1");
    Files.writeString(two.resolve("flag0"), "2");
    Files.createSymbolicLink(flags, one);
    startGateway();
    assertThat(gateway.flag("flag0")).isEqualTo("1");
    Files.createSymbolicLink(temp.resolve("next"), two);
    Files.move(temp.resolve("next"), flags, StandardCopyOption.ATOMIC_MOVE);
    awaitFlag("flag0", "2");
    Files.writeString(two.resolve("flag0"), "3");
    awaitFlag("flag0", "3");
  }

  @Test
  void whatIsNoFlagDoesNoHarm() throws Exception {
    Files.createDirectories(flags.resolve("folder"));
    Files.writeString(flags.resolve("unknown"), "1");
    Files.writeString(flags.resolve(".hidden"), "1");
    Files.write(flags.resolve("text"), new byte[(1 << 20) + 1]);
    Files.write(flags.resolve("flag1"), new byte[] {(byte) 0xff});
    new ProcessBuilder("mkfifo", flags.resolve("flag0").toString()).start().waitFor();
    startGateway();
    assertThat(gateway.flag("text")).isEmpty();
    assertThat(gateway.flag("flag0")).isEqualTo("0");
    assertThat(gateway.report().refusals().toString()).contains("at most 1048576 bytes", "unknown");
    Files.write(flags.resolve("text"), "x".repeat(1 << 20).getBytes());
    await().until(() -> gateway.flag("text").length() == 1 << 20);
  }

  @Test
  void strictRefusesWhatIsUnknownOrBad() throws Exception {
    Files.createDirectories(flags);
    Files.writeString(flags.resolve("unknown"), "1");
    Files.writeString(flags.resolve("flag1"), "x");
    JsonObject config = config();
    config.getJsonObject("flags").put("strict", true);
    assertThatThrownBy(() -> gateway = WatcherFixture.start(config))
        .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.problems()).hasSize(2));
  }

  @Test
  void whatTheDocumentLacksTheDirectoryMayBring() throws Exception {
    Files.createDirectories(flags);
    Files.writeString(flags.resolve("canary-target"), "http://127.0.0.1:3\n");
    JsonObject config = config();
    config.remove("canary-target");
    gateway = WatcherFixture.start(config.put("strategy", "canary"));
    assertThat(gateway.target()).isEqualTo("canary");
    assertThat(gateway.config().routing().canaryTarget().toString()).contains("127.0.0.1:3");
    Files.delete(flags.resolve("canary-target"));
    await().until(() -> gateway.metric("gateway_flag_rejections_total{source=\"directory\"}") == 1);
    assertThat(gateway.config().routing().canaryTarget().toString())
        .as("there has to be one")
        .contains("127.0.0.1:3");
  }

  @Test
  void aFileThatBecameUnreadableAndIsRemovedIsForgotten() throws Exception {
    Files.createDirectories(flags);
    Files.writeString(flags.resolve("flag0"), "1");
    startGateway();
    Files.write(flags.resolve("flag0"), new byte[(1 << 20) + 1]);
    await().until(() -> gateway.report().refusals().toString().contains("at most 1048576 bytes"));
    assertThat(gateway.flag("flag0")).isEqualTo("1");
    Files.delete(flags.resolve("flag0"));
    awaitFlag("flag0", "0");
  }

  @Test
  void aValueThatDoesNotFitCountsAsSoonAsItDoes() throws Exception {
    Files.createDirectories(flags);
    Files.writeString(flags.resolve("strategy"), "sidecar");
    startGateway();
    assertThat(gateway.flag("strategy")).isEmpty();
    Files.writeString(flags.resolve("sidecar-url"), "http://127.0.0.1:4");
    awaitFlag("strategy", "sidecar");
    assertThat(gateway.config().sidecarUrl()).isPresent();
    Files.writeString(flags.resolve("strategy"), "main");
    awaitFlag("strategy", "main");
    Files.delete(flags.resolve("sidecar-url"));
    awaitFlag("sidecar-url", "");
  }
}
