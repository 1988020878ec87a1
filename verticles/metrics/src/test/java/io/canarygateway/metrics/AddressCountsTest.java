package io.canarygateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AddressCountsTest {

  private long now = Long.MAX_VALUE - 5;
  private final AddressCounts counts = new AddressCounts(() -> now);

  @Test
  void eachAddressHasAMinuteOfItsOwn() {
    assertThat(counts.add("10.0.0.1")).isEqualTo(1);
    assertThat(counts.add("10.0.0.1")).isEqualTo(2);
    assertThat(counts.add("10.0.0.2")).isEqualTo(1);
    counts.remove("10.0.0.1");
    now += TimeUnit.SECONDS.toNanos(59);
    assertThat(counts.add("10.0.0.1")).isEqualTo(2);
    now += TimeUnit.SECONDS.toNanos(1);
    assertThat(counts.add("10.0.0.1")).isEqualTo(1);
  }

  @Test
  void anIpv6NetworkIsOneAddress() {
    assertThat(counts.add("2001:db8:0:1:aaaa:0:0:1")).isEqualTo(1);
    assertThat(counts.add("2001:db8:0:1:bbbb:0:0:2")).isEqualTo(2);
    assertThat(counts.add("2001:db8:0:2:aaaa:0:0:1")).isEqualTo(1);
    assertThat(counts.add("2001:db8::1")).isEqualTo(1);
    assertThat(counts.add("2001:db8::2")).isEqualTo(2);
    assertThat(counts.add("::1")).isEqualTo(1);
  }

  @Test
  void theOldestAddressesAreForgotten() {
    counts.add("first");
    for (int i = 0; i < 1_000; i++) {
      counts.add("address" + i);
    }
    assertThat(counts.add("address999")).isEqualTo(2);
    assertThat(counts.add("first")).isEqualTo(1);
    counts.remove("unknown");
  }
}
