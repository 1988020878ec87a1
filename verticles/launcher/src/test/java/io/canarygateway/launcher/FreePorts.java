package io.canarygateway.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for listeners that have to be named before they listen.
 *
 * <p>They are taken from below the range out of which the system gives ports to outgoing
 * connections and to listeners on port 0. One of that range may belong to somebody else, be it only
 * a client of a moment, by the time that a gateway listens there.
 */
final class FreePorts {

  private static final Path EPHEMERAL = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
  private static final int LOWEST = 10_000;
  private static final int END = 65_536;
  private static final int ATTEMPTS = 1_000;
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private FreePorts() {}

  /** Never the same twice, as two listeners of one gateway may not have the same. */
  static int next() {
    int end = firstEphemeral();
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, end > LOWEST ? end : END);
      if (isFree(port) && GIVEN.add(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port of " + ATTEMPTS + " tried");
  }

  private static int firstEphemeral() {
    try {
      return Integer.parseInt(Files.readAllLines(EPHEMERAL).get(0).split("\\s+")[0]);
    } catch (NoSuchFileException e) {
      return END;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket tcp = new ServerSocket(port);
        DatagramSocket udp = new DatagramSocket(port)) {
      return tcp.isBound() && udp.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
