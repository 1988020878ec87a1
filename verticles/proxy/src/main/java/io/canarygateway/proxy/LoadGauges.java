package io.canarygateway.proxy;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is under way right now, over all event loops.
 *
 * @param requests requests from their head to the end of their response
 * @param clientConnections open connections of clients
 * @param upstreamConnections open connections to main and canary
 */
record LoadGauges(
    AtomicInteger requests, AtomicInteger clientConnections, AtomicInteger upstreamConnections) {

  LoadGauges() {
    this(new AtomicInteger(), new AtomicInteger(), new AtomicInteger());
  }
}
