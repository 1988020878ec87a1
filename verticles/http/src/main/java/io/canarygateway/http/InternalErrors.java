package io.canarygateway.http;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log of errors in the gateway's own code, which would otherwise look like broken connections.
 * Thread-safe.
 */
final class InternalErrors {

  private static final Logger LOG = LoggerFactory.getLogger(InternalErrors.class);

  private InternalErrors() {}

  /** Logs a failure. If the network or the other side caused it, that is no more than a detail. */
  static void log(Throwable failure) {
    boolean fromNetwork =
        failure instanceof IOException || failure.getCause() instanceof IOException;
    if (fromNetwork) {
      LOG.debug("a connection has failed: {}", failure.toString());
    } else {
      LOG.error("an error in the gateway has broken a request", failure);
    }
  }
}
