package io.canarygateway.launcher;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tries a transport by what a proxy does all day: on a loop of its own it sends about 1 MB over
 * loopback each way, to a reader that pauses, from a writer that closes behind its last byte.
 * Whether every byte arrives is what decides.
 */
final class TransportProbe {

  /** A transport without progress for so long does not work; one on a busy machine has some. */
  private static final Duration STALL = Duration.ofSeconds(1);

  private static final Duration MOST = Duration.ofSeconds(5);

  private static final long QUIET_MS = 100;

  private TransportProbe() {}

  /**
   * Why a transport cannot be used, in words for people; empty if it can. Blocks, some 10 ms if it
   * works, no longer than 5 s in any case.
   */
  static Optional<String> faultOf(GatewayTransport transport) {
    if (!transport.available()) {
      return Optional.of("not available: " + reasonOf(transport.unavailabilityCause()));
    }
    EventLoopGroup loop;
    try {
      loop = transport.newLoop(new DefaultThreadFactory("transport-probe", true));
    } catch (RuntimeException | Error e) { // A native library that does not fit throws an Error.
      return Optional.of("has no event loop: " + reasonOf(e));
    }
    try {
      return faultOf(
          List.of(
              new ProbeTransfer(transport, loop, ProbeTransfer.Direction.TO_CLIENT),
              new ProbeTransfer(transport, loop, ProbeTransfer.Direction.TO_SERVER)));
    } finally {
      end(loop, transport);
    }
  }

  /**
   * Ends the loop, but for one of io_uring, which is left idle. Netty 4.2.16 frees the memory of
   * such a loop while the kernel may still write to it: 8 bytes, into whatever has that memory
   * next. The JVM crashed at one of eight starts on JDK 25.
   */
  private static void end(EventLoopGroup loop, GatewayTransport transport) {
    if (!transport.name().equals(Transport.IO_URING.name())) {
      // Nothing waits for that. Channels that are still closing need the loop a little longer.
      loop.shutdownGracefully(QUIET_MS, 20 * QUIET_MS, TimeUnit.MILLISECONDS);
    }
  }

  private static Optional<String> faultOf(List<ProbeTransfer> transfers) {
    long end = System.nanoTime() + MOST.toNanos();
    try {
      for (ProbeTransfer transfer : transfers) {
        transfer.start();
      }
      for (ProbeTransfer transfer : transfers) {
        await(transfer, end);
      }
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    } catch (ExecutionException e) {
      return Optional.of(reasonOf(e.getCause()));
    } catch (IOException e) {
      return Optional.of(reasonOf(e));
    } finally {
      transfers.forEach(ProbeTransfer::close);
    }
  }

  private static void await(ProbeTransfer transfer, long end)
      throws IOException, ExecutionException, InterruptedException {
    long before = -1;
    while (transfer.received() != before && System.nanoTime() < end) {
      before = transfer.received();
      try {
        transfer.whole().get(STALL.toMillis(), TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        // Once more, if there was progress.
      }
    }
    throw new IOException(transfer + " stalled after " + transfer.received() + " bytes");
  }

  /** The innermost cause, in one line. */
  private static String reasonOf(Throwable failure) {
    if (failure == null) {
      return "for an unknown reason";
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null ? root.toString() : message.lines().findFirst().orElse("");
  }
}
