package io.canarygateway.launcher;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.Transport;
import java.util.List;
import java.util.stream.Stream;

/** The transports that work on the machine that runs the tests. */
final class WorkingTransports {

  private WorkingTransports() {}

  /** Their names, {@code auto} among them. */
  static List<Transport> names() {
    return Stream.of(Transport.values()).filter(WorkingTransports::works).toList();
  }

  /** A fresh one. */
  static GatewayTransport named(Transport name) throws ConfigException {
    return Transports.ofThisMachine().choose(name).transport();
  }

  private static boolean works(Transport name) {
    try {
      return named(name) != null;
    } catch (ConfigException e) {
      return false;
    }
  }
}
