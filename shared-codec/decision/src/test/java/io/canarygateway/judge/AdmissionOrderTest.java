package io.canarygateway.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AdmissionOrderTest {

  private static final double WEIGHT = 0.1;

  private final AdmissionOrder order = new AdmissionOrder();
  private final List<Long> scored = new ArrayList<>();

  @Test
  void aSlowSourceHoldsBackTheOthers() {
    order.watermark("slow", 10);
    add(order, "fast", 5, 15, 25);
    order.watermark("fast", 30);
    assertThat(drain(order)).isEqualTo(1);
    assertThat(scored).containsExactly(5L);
    assertThat(order.waiting()).isEqualTo(2);
    add(order, "slow", 12, 20);
    order.watermark("slow", 40);
    assertThat(drain(order)).isEqualTo(4);
    assertThat(scored).containsExactly(5L, 12L, 15L, 20L, 25L);
  }

  @Test
  void aRequestAdmittedAtTheWatermarkWaits() {
    add(order, "loop", 10);
    order.watermark("loop", 10);
    assertThat(drain(order)).isZero();
    order.watermark("loop", 11);
    assertThat(drain(order)).isEqualTo(1);
  }

  @Test
  void aSourceWithoutAWatermarkHoldsBackNothing() {
    add(order, "new", 7);
    assertThat(drain(order)).isZero();
    order.watermark("old", 10);
    assertThat(drain(order)).isEqualTo(1);
  }

  @Test
  void aSilentSourceHoldsBackNothingUntilItReports() {
    order.watermark("silent", 1);
    add(order, "silent", 3);
    order.watermark("loop", 1);
    order.forgetSilent(0, 1_000);
    add(order, "loop", 5, 1_500);
    order.watermark("loop", 2_000);
    order.forgetSilent(500, 2_000);
    assertThat(drain(order)).isZero();
    order.watermark("loop", 3_500);
    order.forgetSilent(1_500, 3_500);
    assertThat(drain(order)).isEqualTo(3);
    assertThat(scored).containsExactly(3L, 5L, 1_500L);
    order.watermark("silent", 3_600);
    add(order, "loop", 3_700);
    order.watermark("loop", 4_000);
    assertThat(drain(order)).isZero();
  }

  @Test
  void whatWaitsOfSourcesThatAreGoneIsScored() {
    order.watermark("gone", 1);
    add(order, "gone", 3, 9);
    order.watermark("loop", 8);
    order.remove("gone");
    assertThat(drain(order)).isEqualTo(1);
    order.remove("loop");
    order.remove("never there");
    assertThat(drain(order)).isEqualTo(1);
    assertThat(scored).containsExactly(3L, 9L);
  }

  @Test
  void whenTooManyWaitTheNewestAreDropped() {
    AdmissionOrder small = new AdmissionOrder(3);
    small.watermark("slow", 0);
    add(small, "loop", 1, 2);
    add(small, "loop", 3, 4, 5);
    add(small, "loop", 6);
    assertThat(small.waiting()).isEqualTo(3);
    assertThat(small.dropped()).isEqualTo(3);
    small.remove("slow");
    small.watermark("loop", 10);
    assertThat(drain(small)).isEqualTo(3);
    assertThat(scored).containsExactly(1L, 2L, 3L);
    add(small, "loop", 11);
    assertThat(small.waiting()).isEqualTo(1);
  }

  @Test
  void arraysThatAreTooShortAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> order.add("loop", WEIGHT, 2, new long[2], new long[1], new byte[2]));
  }

  /** Each source delivers its outcomes in chunks; the sum of all is in the order of admission. */
  @Property
  void nothingIsLostOrTwiceOrOutOfOrder(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int sources) {
    Random random = new Random(seed);
    long start = Long.MAX_VALUE - random.nextInt(2_000);
    List<TreeMap<Long, Long>> toSend = new ArrayList<>();
    AdmissionOrder all = new AdmissionOrder();
    for (int i = 0; i < sources; i++) {
      toSend.add(new TreeMap<>());
      all.watermark("loop " + i, start);
    }
    int count = random.nextInt(500);
    List<Long> expected = new ArrayList<>();
    long[] sentUntil = new long[sources];
    long offset = 0;
    for (int i = 0; i < count; i++) {
      offset += 1 + random.nextInt(10);
      expected.add(start + offset);
      toSend.get(random.nextInt(sources)).put(offset, start + offset);
    }
    while (toSend.stream().anyMatch(each -> !each.isEmpty())) {
      int source = random.nextInt(sources);
      sentUntil[source] += random.nextInt(100);
      var chunk = toSend.get(source).headMap(sentUntil[source]);
      add(all, "loop " + source, chunk.values().stream().mapToLong(each -> each).toArray());
      chunk.clear();
      all.watermark("loop " + source, start + sentUntil[source]);
      if (random.nextInt(4) == 0) {
        drain(all);
        assertThat(scored).isEqualTo(expected.subList(0, scored.size()));
      }
    }
    for (int i = 0; i < sources; i++) {
      all.watermark("loop " + i, start + offset + 1);
    }
    drain(all);
    assertThat(scored).isEqualTo(expected);
    assertThat(all.waiting()).isZero();
    assertThat(all.dropped()).isZero();
    scored.clear();
  }

  /** Adds outcomes whose client is their time of admission. */
  private static void add(AdmissionOrder order, String source, long... times) {
    byte[] outcomes = new byte[times.length];
    for (int i = 0; i < times.length; i++) {
      outcomes[i] = (byte) times[i];
    }
    order.add(source, WEIGHT, times.length, times, times, outcomes);
  }

  private int drain(AdmissionOrder from) {
    return from.drain(
        (weight, client, outcome) -> {
          assertThat(weight).isEqualTo(WEIGHT);
          assertThat(outcome).isEqualTo((byte) client);
          scored.add(client);
        });
  }
}
