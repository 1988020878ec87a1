package io.canarygateway.message;

import java.util.List;
import java.util.Map;

/**
 * What happened in some 250 ms, under maxwells-daemon's names: counters {@code server.success},
 * {@code server.failure}, {@code handler.success} (tag {@code location}), {@code handler.failure},
 * {@code rollout.update.success}, {@code rollout.update.failure}, and the histogram {@code
 * server.delay} in ms.
 *
 * @param counts how often things happened
 * @param samples what was measured
 */
public record MeterBatch(List<Count> counts, List<Samples> samples) {

  public MeterBatch {
    counts = List.copyOf(counts);
    samples = List.copyOf(samples);
  }

  /**
   * How often something happened.
   *
   * @param delta since the last batch; above 0
   */
  public record Count(String name, Map<String, String> tags, long delta) {
    public Count {
      tags = Map.copyOf(tags);
    }
  }

  /**
   * Values of a histogram.
   *
   * @param values a fair sample of those since the last batch, at most 1,000
   */
  public record Samples(String name, List<Double> values) {
    public Samples {
      values = List.copyOf(values);
    }
  }
}
