package io.canarygateway.config;

/** Whose {@code X-Canary} header is honoured. */
public enum XCanary {
  /** Everybody's, as in canary-router; with {@code trusted-proxies} set only theirs. */
  ALL,
  /** That of {@code trusted-proxies}; nobody's if they are not set. */
  TRUSTED,
  /** Nobody's. */
  OFF
}
