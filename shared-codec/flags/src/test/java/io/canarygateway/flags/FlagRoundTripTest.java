package io.canarygateway.flags;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

/** Every written value is read back. */
class FlagRoundTripTest {

  private static <T> void survives(FlagType<T> type, T value) {
    assertThat(type.parse(type.format(value))).isEqualTo(value);
  }

  @Property
  void integers(@ForAll long value) {
    survives(FlagTypes.int64(), value);
  }

  @Property
  void doubles(@ForAll double value) {
    survives(FlagTypes.float64(), value);
    assertThat(Double.parseDouble(FlagTypes.float64().display(value))).isEqualTo(value);
  }

  @Property
  void doublesOfAnyBits(@ForAll long bits) {
    double value = Double.longBitsToDouble(bits);
    if (Double.isFinite(value)) {
      survives(FlagTypes.float64(), value);
    }
  }

  @Property
  void durations(@ForAll @LongRange(min = -Long.MAX_VALUE) long nanos) {
    survives(FlagTypes.duration(), Duration.ofNanos(nanos));
  }

  @Property
  void slices(@ForAll List<String> value) {
    survives(FlagTypes.stringSlice(), value);
  }

  @Property
  void sets(@ForAll List<String> value) {
    survives(FlagTypes.stringSet(), new TreeSet<>(value));
  }

  @Property
  void jsonStrings(@ForAll String value) {
    JsonValue json = new JsonValue(JsonText.compact(value));
    survives(JsonFlagTypes.json(), json);
    assertThat(json.toTree().textValue()).isEqualTo(value);
  }
}
