package io.canarygateway.config;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The resources of the process, and the numbers of connections that they allow. Each connection is
 * an open file ({@code ulimit -n}). The files are divided so that no listener can use up those of
 * another.
 *
 * @param files the most open files
 * @param heapBytes the largest heap, in bytes
 * @param processors the number of event loops; each has open files of its own
 */
public record FileLimit(long files, long heapBytes, int processors) {

  /** Files of the JVM, logs, sources, statsd, the cluster, and health. */
  private static final long OTHER_FILES = 128;

  private static final long FILES_PER_EVENT_LOOP = 4;

  /** The daemon's clients get a quarter of the files; half as many may be in the accept phase. */
  private static final long DAEMON_PART = 4;

  /**
   * A fifth of the remaining files is for the sidecar and for connections that are being opened.
   */
  private static final long SOCKET_FIFTHS = 4;

  /** The heap of an idle client connection, in bytes. */
  private static final long HEAP_PER_CLIENT = 5 << 10;

  private static final long FEWEST_CLIENTS = 16;
  private static final long MOST_CLIENTS = 50_000;

  /**
   * {@return the resources of this process; unlimited files if the operating system does not tell}
   */
  public static FileLimit ofThisProcess() {
    return new FileLimit(
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? unix.getMaxFileDescriptorCount()
            : Long.MAX_VALUE,
        Runtime.getRuntime().maxMemory(),
        Runtime.getRuntime().availableProcessors());
  }

  /** {@return the most connections of the daemon's clients, by the files alone} */
  public long daemonConnections() {
    return files / DAEMON_PART;
  }

  private long daemonFiles() {
    return daemonConnections() * 3 / 2;
  }

  /**
   * Computes the most connections of the proxy, to clients, main and canary together. An idle
   * client needs one connection, a client with a request in flight two.
   *
   * @param daemon whether the daemon runs in the same process
   * @return the number of connections
   */
  public int sockets(boolean daemon) {
    long rest =
        files - OTHER_FILES - FILES_PER_EVENT_LOOP * processors - (daemon ? daemonFiles() : 0);
    return (int) Math.max(2 * FEWEST_CLIENTS, Math.min(2 * MOST_CLIENTS, rest / 5 * SOCKET_FIFTHS));
  }

  /**
   * Computes the most client connections of the proxy while {@code router-server.max-connections}
   * is 0.
   *
   * <p>The number is 16 to 50,000. All idle clients fit into half of the heap. One in six of {@link
   * #sockets} stays free for upstreams.
   *
   * @param daemon whether the daemon runs in the same process
   * @return the number of connections
   */
  public int clients(boolean daemon) {
    long byFiles = sockets(daemon) / 6L * 5;
    long byHeap = heapBytes / 2 / HEAP_PER_CLIENT;
    return (int) Math.max(FEWEST_CLIENTS, Math.min(MOST_CLIENTS, Math.min(byFiles, byHeap)));
  }
}
