package io.canarygateway.proxy;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The access log in a file, which is appended to. At most once a second the path is looked at: if
 * it names another file or none, because the file was rotated, that one is opened or made.
 */
final class AccessLogFile implements AccessLogOutput {

  private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final byte NEW_LINE = '\n';

  private final Path file;
  private @Nullable FileChannel channel;
  private @Nullable Object key;
  private long checkedNanos;

  /** Whether the last line in the file is cut short. */
  private boolean torn;

  AccessLogFile(Path file) {
    this.file = file;
  }

  @Override
  public WrittenLines write(ByteBuf lines) {
    int start = lines.readerIndex();
    try {
      FileChannel to = current();
      if (torn) {
        to.write(ByteBuffer.wrap(new byte[] {NEW_LINE}));
        torn = false;
      }
      while (lines.isReadable()) {
        lines.readBytes(to, lines.readableBytes());
      }
      return new WrittenLines(0, null);
    } catch (IOException e) {
      int end = lines.readerIndex();
      torn |= end > start && lines.getByte(end - 1) != NEW_LINE;
      close();
      return new WrittenLines(count(lines, start, end), cause(e));
    }
  }

  private FileChannel current() throws IOException {
    long now = System.nanoTime();
    if (channel != null && now - checkedNanos >= CHECK_NANOS) {
      checkedNanos = now;
      if (!Objects.equals(key, keyOfPath())) {
        close();
        torn = false;
      }
    }
    FileChannel open = channel;
    if (open == null) {
      open = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      channel = open;
      key = keyOfPath();
      checkedNanos = now;
    }
    return open;
  }

  /** What tells one file from another; null if there is no file. */
  private @Nullable Object keyOfPath() throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static int count(ByteBuf lines, int start, int end) {
    int count = 0;
    for (int i = start; i < end; i++) {
      if (lines.getByte(i) == NEW_LINE) {
        count++;
      }
    }
    return count;
  }

  private static String cause(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "its directory does not exist";
    }
    String said =
        failure instanceof FileSystemException named ? named.getReason() : failure.getMessage();
    return said == null ? failure.getClass().getSimpleName() : said;
  }

  @Override
  public void close() {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        torn = true; // As after a write that has failed: what the file ends with is not known.
      }
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
