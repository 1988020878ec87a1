package io.canarygateway.proxy;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The load of the whole process at the moment. Thread-safe.
 *
 * @param requests the requests between their head and the end of their response
 * @param upstreamConnections the open connections to main and canary
 */
record LoadGauges(AtomicInteger requests, AtomicInteger upstreamConnections) {

  static LoadGauges create() {
    return new LoadGauges(new AtomicInteger(), new AtomicInteger());
  }
}
