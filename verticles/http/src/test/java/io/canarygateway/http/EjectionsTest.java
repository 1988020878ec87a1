package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EjectionsTest {

  private static final long SECOND = 1_000_000_000L;

  private final Ejections ejections = new Ejections();

  private static Endpoint endpoint() {
    return new Endpoint(
        new Server("h", 80, "h"), new InetSocketAddress("127.0.0.1", 80), suspect -> {});
  }

  @Test
  void theOnlyAddressIsNeverOut() {
    Endpoint only = endpoint();
    assertThat(ejections.eject(only, 1, 0)).isFalse();
    assertThat(ejections.isOut(only)).isFalse();
  }

  @Test
  void eachEjectionLastsLonger() {
    Endpoint bad = endpoint();
    long now = 0;
    for (int times = 1; times <= 12; times++) {
      assertThat(ejections.eject(bad, 2, now)).isTrue();
      long seconds = 30L * Math.min(times, 10);
      assertThat(ejections.endDue(now + seconds * SECOND - 1)).isEmpty();
      assertThat(ejections.isOut(bad)).isTrue();
      now += seconds * SECOND;
      assertThat(ejections.endDue(now)).containsExactly(bad);
      assertThat(ejections.isOut(bad)).isFalse();
    }
  }

  @Test
  void anAddressThatStaysIsForgivenStepByStep() {
    Endpoint bad = endpoint();
    ejections.eject(bad, 2, 0);
    ejections.endDue(30 * SECOND);
    ejections.eject(bad, 2, 31 * SECOND);
    assertThat(ejections.nanos(bad)).isEqualTo(60 * SECOND);
    ejections.endDue(91 * SECOND);
    ejections.eject(bad, 2, 91 * SECOND + 60 * SECOND);
    assertThat(ejections.nanos(bad)).isEqualTo(30 * SECOND);
  }

  /** Each number is an address that fails; time passes in between. */
  @Property
  void atMostHalfIsOut(
      @ForAll @IntRange(min = 1, max = 7) int total,
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 6) Integer> failing) {
    Ejections many = new Ejections();
    List<Endpoint> all = new ArrayList<>();
    for (int i = 0; i < total; i++) {
      all.add(endpoint());
    }
    long now = 0;
    for (int each : failing) {
      now += 7 * SECOND;
      many.endDue(now);
      many.eject(all.get(each % total), total, now);
      assertThat(all.stream().filter(many::isOut).count()).isLessThanOrEqualTo(total / 2);
    }
  }

  @Test
  void timesToLiveAreBounded() {
    assertThat(NameWatch.bounded(Duration.ZERO)).isEqualTo(Duration.ofSeconds(1));
    assertThat(NameWatch.bounded(Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(7));
    assertThat(NameWatch.bounded(Duration.ofDays(1))).isEqualTo(Duration.ofSeconds(60));
  }
}
