package io.canarygateway.proxy;

import io.canarygateway.decision.CircuitBreaker;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all proxies of a process count together; lock-free.
 *
 * @param breaker the limits of canary
 * @param inFlight requests under way
 * @param budget bytes held for the sidecar
 * @param metrics the meters
 */
record ProxyShared(
    CircuitBreaker breaker, AtomicInteger inFlight, BufferBudget budget, ProxyMetrics metrics) {

  static ProxyShared create(MeterRegistry registry, String version) {
    CircuitBreaker breaker = new CircuitBreaker();
    AtomicInteger inFlight = new AtomicInteger();
    BufferBudget budget = BufferBudget.ofHeap();
    return new ProxyShared(
        breaker, inFlight, budget, new ProxyMetrics(registry, version, breaker, inFlight, budget));
  }
}
