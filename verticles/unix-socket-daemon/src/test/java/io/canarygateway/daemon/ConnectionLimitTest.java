package io.canarygateway.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.config.FileLimit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ConnectionLimitTest {

  private static final long GIB = 1L << 30;

  private static ConnectionLimit of(long heapBytes, long files) {
    return ConnectionLimit.of(new FileLimit(files, heapBytes, 2));
  }

  @Test
  void whatIsScarceCounts() {
    assertThat(of(4 * GIB, Long.MAX_VALUE).connections()).isEqualTo(50_000);
    assertThat(of(GIB / 4, 1 << 20).connections()).isEqualTo(32_768);
    assertThat(of(GIB / 4, 12_000)).isEqualTo(new ConnectionLimit(3_000, 1_500));
    assertThat(of(GIB / 4, 1_024)).isEqualTo(new ConnectionLimit(256, 128));
  }

  @Property
  void filesAreLeftForAllElse(
      @ForAll @LongRange(min = 256, max = 2_000_000) long files,
      @ForAll @LongRange(min = 16 << 20, max = 64 * GIB) long heap) {
    ConnectionLimit limit = of(heap, files);
    assertThat(limit.connections()).isBetween(64, 50_000);
    assertThat(limit.pending()).isPositive();
    assertThat(files - limit.total()).isGreaterThanOrEqualTo(files * 5 / 8);
    // Java's own accept as many before one is served, and close as many later than they say.
    assertThat(files - limit.connections() - 3L * limit.pending())
        .isGreaterThanOrEqualTo(files * 3 / 8);
  }
}
