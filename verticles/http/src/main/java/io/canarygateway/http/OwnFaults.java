package io.canarygateway.http;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the faults of the gateway itself, which would otherwise look like a broken connection. */
final class OwnFaults {

  private static final Logger LOG = LoggerFactory.getLogger(OwnFaults.class);

  private OwnFaults() {}

  /** Logs a failure, unless the network or the other side caused it. */
  static void log(Throwable failure) {
    boolean fromOutside =
        failure instanceof IOException || failure.getCause() instanceof IOException;
    if (!fromOutside) {
      LOG.error("a fault of the gateway has broken a request", failure);
    }
  }
}
