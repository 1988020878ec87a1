package io.canarygateway.tracing;

import java.time.Duration;

/**
 * The limits of spans that wait for the collector.
 *
 * @param mostWaiting the most spans that wait or are being exported; further ones are dropped
 * @param mostInBatch the most spans of one export
 * @param longestText texts of attributes are cut behind so many characters
 * @param period how long a span waits for others, at most
 * @param export how long an export may take
 */
record WaitLimits(
    int mostWaiting, int mostInBatch, int longestText, Duration period, Duration export) {

  /** Spans of some 2 KB each, so that at most 16 MB wait. */
  static final WaitLimits DEFAULT =
      new WaitLimits(8_192, 1_024, 1_024, Duration.ofMillis(250), Duration.ofSeconds(5));
}
