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
import org.jspecify.annotations.Nullable;

/**
 * A test of a transport before the gateway uses it: two transfers of about 1 MB over loopback, one
 * in each direction, on an event loop of their own. The reader pauses and the writer closes right
 * after its last byte, as in a proxy. The transport passes if every byte arrives.
 */
final class TransportProbe {

  /** A transport that makes no progress for this long fails; a busy machine makes some. */
  private static final Duration STALL = Duration.ofSeconds(1);

  private static final Duration MOST = Duration.ofSeconds(5);

  private static final long QUIET_MS = 100;

  private TransportProbe() {}

  /**
   * Tests a transport. Blocks: for some 10 ms if the transport works, for at most 5 s otherwise.
   *
   * @return why the transport cannot be used, in words for people; empty if it can
   */
  static Optional<String> faultOf(GatewayTransport transport) {
    if (!transport.available()) {
      return Optional.of("not available: " + reasonOf(transport.unavailabilityCause()));
    }
    EventLoopGroup loop;
    try {
      loop = transport.newLoop(new DefaultThreadFactory("transport-probe", true));
    } catch (RuntimeException | Error e) { // A native library of another system throws an Error.
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
   * Ends the event loop; one of io_uring stays, idle. Netty 4.2.16 frees the memory of an io_uring
   * loop while the kernel may still write 8 bytes to it. Those bytes damaged other data: on JDK 25
   * the JVM crashed at one of eight starts.
   */
  private static void end(EventLoopGroup loop, GatewayTransport transport) {
    if (!transport.name().equals(Transport.IO_URING.name())) {
      // Channels that are still closing need the loop a little longer; the start does not wait.
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
        // The loop goes on if there was progress.
      }
    }
    throw new IOException(transfer + " stalled after " + transfer.received() + " bytes");
  }

  /** The innermost cause of a failure, in one line. */
  private static String reasonOf(@Nullable Throwable failure) {
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
