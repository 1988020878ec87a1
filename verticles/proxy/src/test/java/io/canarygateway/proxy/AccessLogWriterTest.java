package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits for the disk is bounded. */
class AccessLogWriterTest {

  private static final int LINES = 1_000;
  private static final int TIMES = 1_000;

  @TempDir private Path directory;

  private static ByteBuf chunk(String line, int lines) {
    return ByteBufAllocator.DEFAULT
        .directBuffer()
        .writeBytes(line.repeat(lines).getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void linesBeyondTheRoomAreDroppedAndCountedAndNoLineIsCutShort() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    AccessLogWriter writer = new AccessLogWriter(Optional.of(pipe));
    writer.join();
    for (int i = 0; i < TIMES; i++) {
      writer.take(
          chunk("a line of about forty characters, no more\n", LINES),
          LINES); // Nobody reads the pipe, and this returns nevertheless.
    }
    long dropped = writer.dropped();
    assertThat(dropped).isBetween((long) LINES, (long) (TIMES - 1) * LINES);

    var written = writer.leave();
    // Files.lines would open the pipe twice.
    try (BufferedReader lines = Files.newBufferedReader(pipe)) {
      assertThat(lines.lines().filter(line -> line.endsWith("no more")).count())
          .isEqualTo((long) TIMES * LINES - dropped);
    }
    await().until(() -> written.toCompletableFuture().isDone());
    assertThat(writer.dropped()).isEqualTo(dropped);
  }

  @Test
  void aFileThatCannotBeOpenedDropsLines() {
    AccessLogWriter writer =
        new AccessLogWriter(Optional.of(directory.resolve("missing").resolve("access.log")));
    writer.join();
    ByteBuf chunk = chunk("line\n", 2);
    writer.take(chunk, 2);

    await().until(() -> writer.dropped() == 2);
    await().until(() -> chunk.refCnt() == 0);
    assertThat(writer.leave().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(9));
  }

  @Test
  void theThreadWritesAlsoWhatComesWhileItRests() throws Exception {
    Path file = directory.resolve("access.log");
    AccessLogWriter writer = new AccessLogWriter(Optional.of(file));
    writer.join();
    for (int times = 1; times <= 5; times++) {
      writer.take(chunk("line\n", 1), 1);
      int length = times * "line\n".length();
      await().until(() -> Files.exists(file) && Files.size(file) == length);
    }
    writer.take(chunk("line\n", 1), 1); // Nothing waits for the next look at the end.
    assertThat(writer.leave().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(9));
    assertThat(Files.readAllLines(file)).hasSize(6);
    assertThat(writer.dropped()).isZero();

    writer.take(chunk("line\n", 1), 1);
    assertThat(writer.dropped()).isEqualTo(1);
  }
}
