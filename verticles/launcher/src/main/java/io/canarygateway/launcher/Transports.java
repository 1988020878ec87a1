package io.canarygateway.launcher;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.Transport;
import io.canarygateway.flags.Problem;
import java.util.List;
import java.util.Locale;

/** Finds the way of serving sockets that a setting names. */
final class Transports {

  private static final List<Transport> FASTEST_FIRST =
      List.of(Transport.IO_URING, Transport.EPOLL, Transport.KQUEUE, Transport.NIO);

  private Transports() {}

  /**
   * The transport for a setting.
   *
   * @throws ConfigException if this machine does not offer it
   */
  static io.vertx.core.transport.Transport of(Transport setting) throws ConfigException {
    List<Transport> offered = FASTEST_FIRST.stream().filter(Transports::isOffered).toList();
    if (setting == Transport.AUTO) {
      return vertx(offered.get(0));
    }
    if (!offered.contains(setting)) {
      throw new ConfigException(
          List.of(
              new Problem(
                  "transport", name(setting), "what this machine offers: " + names(offered))));
    }
    return vertx(setting);
  }

  private static boolean isOffered(Transport transport) {
    io.vertx.core.transport.Transport candidate = vertx(transport);
    return candidate != null && candidate.available();
  }

  private static io.vertx.core.transport.Transport vertx(Transport transport) {
    return switch (transport) {
      case IO_URING -> io.vertx.core.transport.Transport.IO_URING;
      case EPOLL -> io.vertx.core.transport.Transport.EPOLL;
      case KQUEUE -> io.vertx.core.transport.Transport.KQUEUE;
      case NIO, AUTO -> io.vertx.core.transport.Transport.NIO;
    };
  }

  private static String names(List<Transport> transports) {
    return String.join(", ", transports.stream().map(Transports::name).toList());
  }

  private static String name(Transport transport) {
    return transport.name().toLowerCase(Locale.ROOT);
  }
}
