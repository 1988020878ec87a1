package io.canarygateway.breaker;

/**
 * How the counts of one generation were used lately: rates, and whether requests were refused.
 * Confined to one context.
 */
final class Usage {

  private final UsageRate rate;
  private final Refusals requests;
  private final Refusals errors;

  Usage(LeasedCounts counts) {
    rate = new UsageRate(counts);
    requests = new Refusals(counts::refusedRequests);
    errors = new Refusals(counts::refusedErrors);
  }

  UsageRate rate() {
    return rate;
  }

  /** Takes a sample of the refusals. */
  void sample(long nowNanos) {
    requests.sample(nowNanos);
    errors.sample(nowNanos);
  }

  /** Whether requests were refused lately because this node had no request lease left. */
  boolean refusesRequests() {
    return requests.lately();
  }

  /** The same for errors. */
  boolean refusesErrors() {
    return errors.lately();
  }
}
