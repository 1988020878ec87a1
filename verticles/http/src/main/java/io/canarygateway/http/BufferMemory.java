package io.canarygateway.http;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/**
 * The use of direct memory, from which socket buffers are taken. On io_uring, an event loop that
 * cannot get a buffer ends. Clients that hold buffers without reading are therefore closed before
 * that. Thread-safe.
 */
final class BufferMemory {

  private static final String NETTYS_LIMIT = "io.netty.maxDirectMemory";

  private final LongSupplier used;
  private final long most;

  /**
   * A measure of memory.
   *
   * @param used the bytes in use
   * @param most the bytes that there are
   */
  BufferMemory(LongSupplier used, long most) {
    this.used = used;
    this.most = most;
  }

  /** The direct memory of this process, with the limit that Netty applies to it. */
  static BufferMemory ofProcess() {
    LongSupplier used =
        ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider provider
            ? () -> provider.metric().usedDirectMemory()
            : () -> 0;
    return new BufferMemory(used, limit());
  }

  /**
   * Whether more than half is in use: the clients that have held buffers for longest are to be
   * closed.
   */
  boolean isTight() {
    return used.getAsLong() > most / 2;
  }

  /** Whether more than three quarters are in use: a client that needs more is to be closed. */
  boolean isNearlyExhausted() {
    return used.getAsLong() > most / 4 * 3;
  }

  private static long limit() {
    long nettys = Long.getLong(NETTYS_LIMIT, -1);
    if (nettys > 0) {
      return nettys;
    }
    HotSpotDiagnosticMXBean jvm =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    long set = jvm == null ? 0 : Long.parseLong(jvm.getVMOption("MaxDirectMemorySize").getValue());
    return set > 0 ? set : Runtime.getRuntime().maxMemory();
  }
}
