package io.canarygateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.canarygateway.fixtures.Await;
import io.canarygateway.store.StoreClient.Followed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States in files. */
class FileStateStoreTest extends StateStoreContract {

  @TempDir Path parent;
  private volatile boolean losing;

  private Path directory() {
    return parent.resolve("deep/states");
  }

  private Path file(StateKey key) {
    return directory().resolve(KeyNames.file(key));
  }

  private Path elsewhere() {
    return parent.resolve("elsewhere");
  }

  @Override
  StateStore disturbed(Vertx vertx) {
    return new FileStateStore(
        vertx,
        directory(),
        synced -> {
          StateFiles.SYNC.sync(synced);
          if (losing) {
            throw new IOException("the disk failed after the rename");
          }
        });
  }

  @Override
  StateStore direct(Vertx vertx) {
    return StateStores.file(vertx, directory());
  }

  @Override
  void delete(StateKey key) throws IOException {
    Files.delete(file(key));
  }

  @Override
  void goAway() throws IOException {
    StoreClient client = client();
    client.read(key()); // The directory is known; a store that begins without it creates it.
    Files.move(directory(), elsewhere());
    Files.writeString(directory(), "no directory");
  }

  @Override
  void loseAnswers() {
    losing = true;
  }

  @Override
  void recover() throws IOException {
    losing = false;
    if (Files.exists(elsewhere())) {
      Files.delete(directory());
      // A store that begins at this moment creates the directory: the move replaces an empty one.
      Files.move(elsewhere(), directory(), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static String failure(Future<?> call) {
    return Await.result(call.map("succeeded").otherwise(Throwable::getMessage));
  }

  @Test
  void filesAreForTheOwnerOnly() throws IOException {
    StateKey key = key();
    client().put(key, "one");
    for (Path each : new Path[] {file(key), directory().resolve(DirectoryLock.NAME)}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
          .isEqualTo("rw-------");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
        .isEqualTo("rwx------");
  }

  @Test
  void aDamagedFileIsNeverTakenForNoState() throws IOException {
    StateKey key = key();
    StoreClient client = client();
    Revision revision = client.written(key, Revision.NONE, "a text");
    byte[] whole = Files.readAllBytes(file(key));
    for (int length = 0; length < whole.length; length++) {
      Files.write(file(key), Arrays.copyOf(whole, length));
      assertThat(failure(client.tryRead(key))).as("%s bytes", length).contains("the file");
    }
    for (String garbage : new String[] {"garbage", "x".repeat(StateFile.MAX_BYTES + 1)}) {
      Files.writeString(file(key), garbage);
      assertThat(failure(client.tryWrite(key, Revision.NONE, "b"))).contains("the file");
      assertThat(failure(client.tryWrite(key, revision, "b"))).contains("the file");
    }
    Files.write(file(key), whole);
    client.written(key, revision, "b");
  }

  @Test
  void theTemporaryFileOfAKilledWriterIsNoObstacle() throws IOException {
    StateKey key = key();
    StoreClient client = client();
    client.put(key, "one");
    Path temporary = directory().resolve(KeyNames.file(key) + ".tmp");
    Files.writeString(temporary, "half a st");
    client.put(key, "two");
    assertThat(client.read(key).text()).isEqualTo("two");
    assertThat(temporary).doesNotExist();
  }

  @Test
  void processesCountTogetherExactly() throws Exception {
    StateKey key = new StateKey(java.util.List.of("count"), "app", "count");
    StoreClient client = client();
    client.read(key);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                CountingProcess.class.getName(),
                directory().toString(),
                "200")
            .inheritIO()
            .start();
    try {
      patiently().until(() -> client.read(key).exists() || !process.isAlive());
      new Counter(client, key, 1).count(200);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(client.read(key).text()).isEqualTo("400 200 200");
    } finally {
      process.destroyForcibly();
    }
  }

  /** Another process that counts as the second writer. */
  static final class CountingProcess {

    private CountingProcess() {}

    public static void main(String[] arguments) {
      Vertx vertx = Vertx.vertx();
      StateKey key = new StateKey(java.util.List.of("count"), "app", "count");
      StoreClient client =
          StoreClient.open(vertx, on -> StateStores.file(on, Path.of(arguments[0])));
      new Counter(client, key, 2).count(Integer.parseInt(arguments[1]));
      client.close();
      Await.result(vertx.close());
    }
  }

  @Test
  void aLockThatIsNeverFreedFailsWritesInTimeButNotReads() throws IOException {
    StateKey key = key();
    StoreClient client = client();
    Revision one = client.written(key, Revision.NONE, "one");
    try (FileChannel channel =
            FileChannel.open(directory().resolve(DirectoryLock.NAME), StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      Future<WriteResult> write = client.tryWrite(key, one, "two");
      assertThat(client.read(key).text()).isEqualTo("one");
      assertThat(failure(write)).containsAnyOf("holds the lock", "no answer");
      assertThat(client.read(key).text()).isEqualTo("one");
    }
    client.put(key, "three");
  }

  @Test
  void aLockFileThatWasReplacedIsNoticed() throws IOException {
    StateKey key = key();
    StoreClient client = client();
    client.put(key, "one");
    Path lockFile = directory().resolve(DirectoryLock.NAME);
    Files.delete(lockFile);
    client.put(key, "two");
    assertThat(lockFile).exists();
    assertThat(client.read(key).text()).isEqualTo("two");
  }

  @Test
  void aDirectoryThatCannotBeCreatedIsATroubleUntilItCan() throws IOException {
    Path blocked = Files.writeString(parent.resolve("blocked"), "a file");
    StoreClient client = client(vertx -> StateStores.file(vertx, blocked.resolve("states")));
    StateKey key = key();
    Followed followed = client.watch(key);
    patiently().until(followed::inTrouble);
    assertThatThrownBy(() -> client.read(key)).isInstanceOf(StoreException.class);
    Files.delete(blocked);
    patiently().until(() -> followed.last().equals("none"));
  }
}
