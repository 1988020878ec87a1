package io.canarygateway.cluster;

import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs connections that did not prove that they belong to the cluster: one line a minute at most,
 * however many there are. Any thread may call it.
 */
final class Refusals {

  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
  private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final AtomicLong count = new AtomicLong();
  private final AtomicLong next = new AtomicLong(System.nanoTime());

  /** A handshake failed, or did not end in time. */
  void add(@Nullable SocketAddress remote, @Nullable Throwable cause) {
    count.incrementAndGet();
    long now = System.nanoTime();
    long due = next.get();
    if (now - due >= 0 && next.compareAndSet(due, now + PERIOD_NANOS)) {
      LOG.atWarn()
          .addKeyValue("address", String.valueOf(remote))
          .addKeyValue("connections", count.getAndSet(0))
          .addKeyValue("cause", cause == null ? "" : String.valueOf(cause.getMessage()))
          .log("connection refused: no proof of belonging to the cluster");
    }
  }
}
