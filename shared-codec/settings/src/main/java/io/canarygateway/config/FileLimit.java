package io.canarygateway.config;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What the process may have: open files ({@code ulimit -n}) and heap, and how many connections that
 * makes. Each connection is an open file; the files are shared out so that no crowd at one listener
 * takes those that the rest of the process needs.
 *
 * @param files open files at most
 * @param heapBytes the heap at most, in bytes
 * @param processors each has an event loop, which has open files of its own
 */
public record FileLimit(long files, long heapBytes, int processors) {

  /** For the JVM, logs, sources of flags and rollouts, statsd, the cluster, and health. */
  private static final long OTHER_FILES = 128;

  private static final long FILES_PER_EVENT_LOOP = 4;

  /** The daemon's clients have a quarter of the files; half as many more are on their way. */
  private static final long DAEMON_PART = 4;

  /** A fifth of the rest is for the sidecar and for connections that are being made. */
  private static final long SOCKET_FIFTHS = 4;

  /** What a silent connection of a client takes of the heap. */
  private static final long HEAP_PER_CLIENT = 5 << 10;

  private static final long FEWEST_CLIENTS = 16;
  private static final long MOST_CLIENTS = 50_000;

  /** That of this process; files without end where the operating system does not say. */
  public static FileLimit ofThisProcess() {
    return new FileLimit(
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? unix.getMaxFileDescriptorCount()
            : Long.MAX_VALUE,
        Runtime.getRuntime().maxMemory(),
        Runtime.getRuntime().availableProcessors());
  }

  /** How many connections the daemon's clients may have, by the files alone. */
  public long daemonConnections() {
    return files / DAEMON_PART;
  }

  private long daemonFiles() {
    return daemonConnections() * 3 / 2;
  }

  /**
   * How many connections the proxy may have, to clients and to main and canary together. An idle
   * client needs one, a client with a request two.
   *
   * @param daemon whether the daemon runs in the same process
   */
  public int sockets(boolean daemon) {
    long rest =
        files - OTHER_FILES - FILES_PER_EVENT_LOOP * processors - (daemon ? daemonFiles() : 0);
    return (int) Math.max(2 * FEWEST_CLIENTS, Math.min(2 * MOST_CLIENTS, rest / 5 * SOCKET_FIFTHS));
  }

  /**
   * How many connections clients of the proxy may have if no setting says so: between 16 and
   * 50,000, no more than fit into half of the heap when they are silent, and no more than {@link
   * #sockets} allows with one socket in six left for upstreams.
   *
   * @param daemon whether the daemon runs in the same process
   */
  public int clients(boolean daemon) {
    long byFiles = sockets(daemon) / 6L * 5;
    long byHeap = heapBytes / 2 / HEAP_PER_CLIENT;
    return (int) Math.max(FEWEST_CLIENTS, Math.min(MOST_CLIENTS, Math.min(byFiles, byHeap)));
  }
}
