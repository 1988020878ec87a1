package io.canarygateway.message;

import java.util.List;
import java.util.Map;

/**
 * The events of about 250 ms, under maxwells-daemon's names.
 *
 * <p>Counters: {@code server.success}, {@code server.failure}, {@code handler.success} with the tag
 * {@code location}, {@code handler.failure}, {@code rollout.update.success}, {@code
 * rollout.update.failure}. Histogram: {@code server.delay} in ms. Events of the daemon of a named
 * route have the tag {@code route}.
 *
 * @param counts the counters that grew
 * @param samples the histograms with new values
 */
public record MeterBatch(List<Count> counts, List<Samples> samples) {

  /**
   * Copies the lists.
   *
   * @param counts the counters that grew
   * @param samples the histograms with new values
   */
  public MeterBatch {
    counts = List.copyOf(counts);
    samples = List.copyOf(samples);
  }

  /**
   * The growth of one counter.
   *
   * @param name the counter's name
   * @param tags tag names to values
   * @param delta the growth since the last batch; above 0
   */
  public record Count(String name, Map<String, String> tags, long delta) {
    /**
     * Copies the tags.
     *
     * @param name the counter's name
     * @param tags tag names to values
     * @param delta the growth since the last batch; above 0
     */
    public Count {
      tags = Map.copyOf(tags);
    }
  }

  /**
   * New values of one histogram.
   *
   * @param name the histogram's name
   * @param tags tag names to values
   * @param values a fair sample of the values since the last batch; at most 1,000
   */
  public record Samples(String name, Map<String, String> tags, List<Double> values) {
    /**
     * Copies the tags and the list.
     *
     * @param name the histogram's name
     * @param tags tag names to values
     * @param values a fair sample of the values since the last batch; at most 1,000
     */
    public Samples {
      tags = Map.copyOf(tags);
      values = List.copyOf(values);
    }

    /**
     * Values of a histogram without tags.
     *
     * @param name the histogram's name
     * @param values a fair sample of the values since the last batch; at most 1,000
     */
    public Samples(String name, List<Double> values) {
      this(name, Map.of(), values);
    }
  }
}
