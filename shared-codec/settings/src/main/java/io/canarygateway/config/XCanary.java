package io.canarygateway.config;

/** The clients whose {@code X-Canary} header counts. */
public enum XCanary {
  /** Every client, as in canary-router; only {@code trusted-proxies} if those are set. */
  ALL,
  /** Clients in {@code trusted-proxies}; none if those are not set. */
  TRUSTED,
  /** No client. */
  OFF
}
