package io.canarygateway.proxy;

import io.canarygateway.decision.Breaker;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What all proxies of a process count together; lock-free.
 *
 * @param breaker the limits of canary
 * @param gauges what is under way
 * @param budget bytes held for the sidecar
 * @param metrics the meters
 */
record ProxyShared(Breaker breaker, LoadGauges gauges, BufferBudget budget, ProxyMetrics metrics) {

  static ProxyShared create(Breaker breaker, MeterRegistry registry, String version) {
    LoadGauges gauges = new LoadGauges();
    BufferBudget budget = BufferBudget.ofHeap();
    return new ProxyShared(
        breaker, gauges, budget, new ProxyMetrics(registry, version, breaker, gauges, budget));
  }
}
