package io.canarygateway.proxy;

import io.netty.buffer.ByteBuf;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer of the access log of a process. Its own thread writes what event loops hand over, so
 * that a slow disk delays no request. While more waits than has room, lines are dropped and
 * counted. Thread-safe.
 *
 * <p>To wake a thread costs as much as to write a hundred lines. So the thread wakes by itself
 * every 40 ms while there are lines, and an event loop wakes it only if it has stopped that.
 */
final class AccessLogWriter {

  /** Lines that wait for the disk. */
  private record Chunk(ByteBuf bytes, int lines) {}

  private static final Logger LOG = LoggerFactory.getLogger(AccessLogWriter.class);

  /** At most so many bytes wait for the disk, and at most a 32nd of the heap. */
  private static final long MOST_WAITING =
      Math.min(8L << 20, Runtime.getRuntime().maxMemory() / 32);

  /** If more waits, the thread is woken. */
  private static final long MOST_ASLEEP = MOST_WAITING / 4;

  private static final long PAUSE_MS = 40;
  private static final long COMPLAINT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final AccessLogOutput output;
  private final ScheduledThreadPoolExecutor thread;
  private final AtomicInteger users = new AtomicInteger();
  private final ConcurrentLinkedQueue<Chunk> handedOver = new ConcurrentLinkedQueue<>();
  private final AtomicLong waiting = new AtomicLong();

  /** Whether the thread will look for lines without being woken. */
  private final AtomicBoolean looking = new AtomicBoolean();

  private final AtomicBoolean woken = new AtomicBoolean();
  private final LongAdder dropped = new LongAdder();
  private final AtomicLong complained = new AtomicLong(System.nanoTime() - COMPLAINT_NANOS);

  /**
   * A writer that has not opened its file.
   *
   * @param file the file that lines are appended to; empty for stdout
   */
  AccessLogWriter(Optional<Path> file) {
    output = file.<AccessLogOutput>map(AccessLogFile::new).orElse(new AccessLogStdout());
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "access-log");
              made.setDaemon(true); // A disk that never answers must not keep the process alive.
              return made;
            },
            (task, ended) -> dropWaiting());
  }

  /** Counts an event loop that uses this writer until it calls {@link #leave}. */
  void join() {
    users.incrementAndGet();
  }

  /**
   * Takes lines. Never blocks.
   *
   * @param chunk whole lines; is released
   * @param lines their number
   */
  void take(ByteBuf chunk, int lines) {
    if (waiting.get() >= MOST_WAITING || thread.isShutdown()) {
      chunk.release();
      drop(lines, "the output is too slow");
    } else if (chunk.readableBytes() < chunk.capacity() / 2) {
      handOver(new Chunk(chunk.copy(), lines)); // A few lines must not take the room of many.
      chunk.release();
    } else {
      handOver(new Chunk(chunk, lines));
    }
  }

  private void handOver(Chunk chunk) {
    long bytes = waiting.addAndGet(chunk.bytes().capacity());
    handedOver.add(chunk);
    if (!looking.get() && looking.compareAndSet(false, true)) {
      lookLater();
    } else if (bytes >= MOST_ASLEEP && !woken.get() && woken.compareAndSet(false, true)) {
      thread.execute(this::writeAll);
    }
  }

  private void lookLater() {
    thread.schedule(this::look, PAUSE_MS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    boolean found = true;
    try {
      found = writeAll();
    } finally {
      if (found) {
        lookLater();
      }
    }
    if (!found) {
      rest();
    }
  }

  private void rest() {
    looking.set(false);
    if (!handedOver.isEmpty() && looking.compareAndSet(false, true)) {
      lookLater();
    }
  }

  /** Writes what was handed over. Returns whether that was anything. */
  private boolean writeAll() {
    woken.set(false);
    boolean found = false;
    for (Chunk next = handedOver.poll(); next != null; next = handedOver.poll()) {
      found = true;
      write(next);
    }
    return found;
  }

  private void write(Chunk chunk) {
    int bytes = chunk.bytes().capacity();
    try {
      WrittenLines written = output.write(chunk.bytes());
      if (written.cause() != null) {
        drop(chunk.lines() - written.lines(), written.cause());
      }
    } finally {
      chunk.bytes().release();
      waiting.addAndGet(-bytes);
    }
  }

  /** Drops what came too late for the thread. */
  private void dropWaiting() {
    for (Chunk next = handedOver.poll(); next != null; next = handedOver.poll()) {
      next.bytes().release();
      drop(next.lines(), "the gateway has ended");
    }
  }

  private void drop(int lines, String cause) {
    dropped.add(lines);
    long now = System.nanoTime();
    long last = complained.get();
    if (now - last >= COMPLAINT_NANOS && complained.compareAndSet(last, now)) {
      LOG.atWarn()
          .addKeyValue("output", output)
          .addKeyValue("cause", cause)
          .addKeyValue("dropped", dropped.sum())
          .log("lines of the access log are dropped");
    }
  }

  /** The number of lines that were dropped. */
  long dropped() {
    return dropped.sum();
  }

  /** Ends the use by an event loop. Completes when all that it handed over is written. */
  CompletionStage<Void> leave() {
    CompletableFuture<Void> written = new CompletableFuture<>();
    thread.execute( // Before the count: the last one ends the thread.
        () -> {
          writeAll();
          written.complete(null);
        });
    if (users.decrementAndGet() == 0) {
      thread.execute(output::close);
      thread.shutdown();
    }
    return written;
  }
}
