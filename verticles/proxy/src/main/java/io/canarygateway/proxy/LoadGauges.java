package io.canarygateway.proxy;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is under way right now, over all event loops.
 *
 * @param requests requests from their head to the end of their response
 * @param upstreamConnections open connections to main and canary
 */
record LoadGauges(AtomicInteger requests, AtomicInteger upstreamConnections) {

  static LoadGauges create() {
    return new LoadGauges(new AtomicInteger(), new AtomicInteger());
  }
}
