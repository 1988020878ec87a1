package io.canarygateway.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AssignmentTest {

  /**
   * The bound of chi-squared with 99 degrees of freedom: one uniform sample in a billion exceeds
   * it.
   */
  private static final double CHI_SQUARE = 208.6;

  private static final int BUCKETS = 100;
  private static final int SAMPLES = 100_000;

  private final Assigner assigner = new Assigner(() -> new Random(7), "app");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "0.5",
        ".5",
        "0.",
        "+0.25",
        "-0",
        "5e-1",
        "1E-3",
        "0.999999999999999",
        "00.1"
      })
  void whatGoTakesOfDecimalNumbersKeepsItsText(String text) {
    Assignment assignment = Assignment.parse(text);
    assertThat(assignment.text()).isEqualTo(text);
    assertThat(assignment.value()).isEqualTo(Math.abs(Double.parseDouble(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1.0",
        "-0.1",
        "1e0",
        "NaN",
        "Inf",
        "-inf",
        "0x1p-2",
        "0.5f",
        "0.5d",
        " 0.5",
        "0.5 ",
        "0,5",
        ".",
        "e5",
        "5e",
        "5e+",
        "0_1",
        "0.99999999999999999999",
        "abc",
        "1e400",
        "0.0000000000000000000000000000000000000000000000000000000000000000001"
      })
  void anythingElseIsNoAssignment(String text) {
    assertThat(Assignment.parse(text)).isNull();
  }

  @Test
  void zeroSendsNobodyAndOneSendsAll() {
    for (double value : new double[] {0, 0x1.0p-53, 0.5, 1 - 0x1.0p-53}) {
      assertThat(Assignment.of(value).below(0)).isFalse();
      assertThat(Assignment.of(value).below(1)).isTrue();
    }
    assertThat(Assignment.of(0.5).below(0.5)).isFalse();
  }

  @Property
  void ourTextReadsBackAsTheSameValueWithoutAnExponent(
      @ForAll @DoubleRange(max = 1, maxIncluded = false) double value) {
    Assignment assignment = Assignment.of(value);
    if (new BigDecimal(value).precision() < 60 && assignment.text().length() <= 64) {
      assertThat(Assignment.parse(assignment.text()).value()).isEqualTo(value);
    }
    assertThat(assignment.text()).doesNotContain("e").doesNotContain("E");
  }

  @Test
  void freshAssignmentsAreUniformAndReadBack() {
    Assigner random = new Assigner(ThreadLocalRandom::current, "app");
    assertUniform(
        i -> {
          Assignment fresh = random.fresh();
          assertThat(Assignment.parse(fresh.text()).value()).isEqualTo(fresh.value());
          return fresh;
        });
  }

  @Test
  void similarKeysAreUniformToo() {
    assertUniform(i -> assigner.ofKey("user-" + i));
    assertUniform(i -> assigner.ofKey(Integer.toString(i)));
    assertUniform(i -> assigner.ofKey("a".repeat(i % 500) + i));
  }

  @Test
  void aKeyHasOneAssignmentPerApplication() {
    Assigner other = new Assigner(() -> new Random(7), "other");
    assertThat(assigner.ofKey("user-1")).isEqualTo(assigner.ofKey("user-1"));
    assertThat(assigner.ofKey("user-1")).isNotEqualTo(other.ofKey("user-1"));
    assertThat(new Assigner(null, "ab").ofKey("c"))
        .isNotEqualTo(new Assigner(null, "a").ofKey("bc"));
    assertUniform(i -> Assignment.of(Math.abs(difference(other, i))));
  }

  /** The assignments of a key in two applications are independent. */
  private double difference(Assigner other, int i) {
    double sum = assigner.ofKey("u" + i).value() + other.ofKey("u" + i).value();
    return sum - Math.floor(sum);
  }

  private static void assertUniform(IntFunction<Assignment> assignments) {
    int[] counts = new int[BUCKETS];
    for (int i = 0; i < SAMPLES; i++) {
      counts[(int) (assignments.apply(i).value() * BUCKETS)]++;
    }
    double expected = (double) SAMPLES / BUCKETS;
    double chiSquare = 0;
    for (int count : counts) {
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    assertThat(chiSquare).isLessThan(CHI_SQUARE);
  }
}
