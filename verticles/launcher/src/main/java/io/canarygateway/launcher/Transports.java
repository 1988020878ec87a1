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
 * The transports to choose from, the fastest first. A transport has to pass {@link TransportProbe}:
 * one that is available may not work, because a container forbids its system calls or the kernel
 * has a fault.
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
   * The result of a choice.
   *
   * @param transport a transport that passed the probe
   * @param skipped the faster transports that failed: the name of each, and why it cannot be used
   */
  record Choice(GatewayTransport transport, List<String> skipped) {}

  /** The transports for this operating system. Each is probed at most once in a process. */
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
   * Chooses the transport for a setting. Blocks for some 10 ms for each transport that it probes.
   *
   * @throws ConfigException if the transport that the setting names does not work here, or if none
   *     works
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
