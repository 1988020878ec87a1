package io.canarygateway.http;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/**
 * How much of the memory for sockets' buffers is in use. An event loop that is refused a buffer
 * ends, so it must not come to that: who holds buffers without taking bytes goes before. Any
 * thread.
 */
final class BufferMemory {

  private static final String NETTYS_LIMIT = "io.netty.maxDirectMemory";

  private final LongSupplier used;
  private final long most;

  BufferMemory(LongSupplier used, long most) {
    this.used = used;
    this.most = most;
  }

  /** The memory of this process, limited as Netty limits it. */
  static BufferMemory ofProcess() {
    LongSupplier used =
        ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider provider
            ? () -> provider.metric().usedDirectMemory()
            : () -> 0;
    return new BufferMemory(used, limit());
  }

  /** Half is in use: those who have held theirs for longest shall go. */
  boolean isTight() {
    return used.getAsLong() > most / 2;
  }

  /** Three quarters are in use: whoever would hold more shall go. */
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
