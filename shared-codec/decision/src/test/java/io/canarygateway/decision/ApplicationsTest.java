package io.canarygateway.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same key in two applications gets independent assignments. */
class ApplicationsTest {

  private static final int KEYS = 10_000;
  private static final int CLASSES = 10;

  /**
   * The bound of chi-squared with (10 - 1) * (10 - 1) = 81 degrees of freedom: one pair of
   * independent assignments in a thousand exceeds it.
   */
  private static final double CHI_SQUARE = 126.08;

  /** The same with one degree of freedom. */
  private static final double CHI_SQUARE_OF_TWO = 10.83;

  @ParameterizedTest
  @CsvSource({
    "shop, cart, user-",
    "shop, shop2, user-",
    "app, shop, ''",
    "a, b, 00000000-0000-4000-8000-"
  })
  void assignmentsOfOneKeyAreIndependent(String one, String other, String prefix) {
    Assigner first = new Assigner(() -> new Random(7), one);
    Assigner second = new Assigner(() -> new Random(7), other);
    double[][] counts = new double[CLASSES][CLASSES];
    double[][] canaries = new double[2][2];
    for (int i = 0; i < KEYS; i++) {
      Assignment ofFirst = first.ofKey(prefix + i);
      Assignment ofSecond = second.ofKey(prefix + i);
      counts[(int) (ofFirst.value() * CLASSES)][(int) (ofSecond.value() * CLASSES)]++;
      canaries[ofFirst.below(0.1) ? 1 : 0][ofSecond.below(0.1) ? 1 : 0]++;
    }
    assertThat(chiSquare(counts)).isLessThan(CHI_SQUARE);
    assertThat(chiSquare(canaries)).as("canary in both").isLessThan(CHI_SQUARE_OF_TWO);
  }

  /** Without a salt the test would fail: this shows that it can. */
  @ParameterizedTest
  @CsvSource({"shop, shop"})
  void assignmentsOfOneApplicationAreTheSame(String one, String other) {
    Assigner first = new Assigner(() -> new Random(7), one);
    Assigner second = new Assigner(() -> new Random(7), other);
    double[][] counts = new double[CLASSES][CLASSES];
    for (int i = 0; i < KEYS; i++) {
      counts[(int) (first.ofKey("u" + i).value() * CLASSES)][
          (int) (second.ofKey("u" + i).value() * CLASSES)]++;
    }
    assertThat(chiSquare(counts)).isGreaterThan(CHI_SQUARE);
  }

  /** Pearson's statistic of a contingency table for the independence of rows and columns. */
  private static double chiSquare(double[][] counts) {
    double[] rows = new double[counts.length];
    double[] columns = new double[counts.length];
    for (int i = 0; i < counts.length; i++) {
      for (int j = 0; j < counts.length; j++) {
        rows[i] += counts[i][j];
        columns[j] += counts[i][j];
      }
    }
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      for (int j = 0; j < counts.length; j++) {
        double expected = rows[i] * columns[j] / KEYS;
        sum += (counts[i][j] - expected) * (counts[i][j] - expected) / expected;
      }
    }
    return sum;
  }
}
