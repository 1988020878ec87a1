package io.canarygateway.launcher;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.Transport;
import io.canarygateway.flags.Problem;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The ways of serving sockets, the fastest first. One is taken only if it passes {@link
 * TransportProbe}: it may be there and not work, be it for a container that forbids its system
 * calls or for a kernel with a fault.
 */
final class Transports {

  static {
    NettySetup.apply();
  }

  private static final Transports OF_THIS_MACHINE = new Transports(candidatesOfThisMachine());

  private final Map<Transport, io.vertx.core.transport.Transport> candidates;
  private final Map<Transport, Optional<String>> faults = new ConcurrentHashMap<>();

  /**
   * Transports to choose from.
   *
   * @param candidates by name, in the order of {@link Transport}, in which {@code auto} tries them
   */
  Transports(EnumMap<Transport, io.vertx.core.transport.Transport> candidates) {
    this.candidates = candidates;
  }

  /**
   * What was chosen.
   *
   * @param transport passed the probe
   * @param skipped for each one that {@code auto} would have preferred, its name and why it cannot
   *     be used
   */
  record Choice(GatewayTransport transport, List<String> skipped) {}

  /** Those that were made for this operating system. Each is tried once in a process. */
  static Transports ofThisMachine() {
    return OF_THIS_MACHINE;
  }

  private static EnumMap<Transport, io.vertx.core.transport.Transport> candidatesOfThisMachine() {
    EnumMap<Transport, io.vertx.core.transport.Transport> candidates =
        new EnumMap<>(Transport.class);
    if (System.getProperty("os.name").equals("Linux")) {
      candidates.put(Transport.IO_URING, io.vertx.core.transport.Transport.IO_URING);
      candidates.put(Transport.EPOLL, io.vertx.core.transport.Transport.EPOLL);
    } else {
      candidates.put(Transport.KQUEUE, io.vertx.core.transport.Transport.KQUEUE);
    }
    candidates.put(Transport.NIO, io.vertx.core.transport.Transport.NIO);
    return candidates;
  }

  /**
   * The transport for a setting. Takes some 10 ms for each candidate that is tried.
   *
   * @throws ConfigException if the named one does not work here, or none does
   */
  Choice choose(Transport setting) throws ConfigException {
    List<String> skipped = new ArrayList<>();
    for (Transport name :
        setting == Transport.AUTO ? candidates.keySet() : List.<Transport>of(setting)) {
      io.vertx.core.transport.Transport candidate = candidates.get(name);
      if (candidate == null) {
        skipped.add(text(name) + ": not for this operating system");
        continue;
      }
      GatewayTransport transport = new GatewayTransport(candidate);
      Optional<String> fault =
          faults.computeIfAbsent(name, tried -> TransportProbe.faultOf(transport));
      if (fault.isEmpty()) {
        return new Choice(transport, List.copyOf(skipped));
      }
      skipped.add(text(name) + ": " + fault.get());
    }
    throw new ConfigException(
        List.of(
            new Problem(
                "transport", text(setting), "one that works here; " + String.join("; ", skipped))));
  }

  private static String text(Transport transport) {
    return transport.name().toLowerCase(Locale.ROOT);
  }
}
