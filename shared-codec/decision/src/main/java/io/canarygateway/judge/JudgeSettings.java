package io.canarygateway.judge;

/**
 * The settings of the judge. Immutable.
 *
 * @param tolerance ρ: canary may fail this many times as often as main; above 0
 * @param falseAlarm α: the highest chance that a release is reverted although canary fails at most
 *     {@code tolerance} times as often as main; in (0, 1)
 * @param confidence β: the highest chance that a step is passed although canary is not good enough;
 *     in (0, 1)
 * @param acceptable p₀: the share of failing clients below which canary is good, whatever main
 *     does; in (0, 1)
 */
public record JudgeSettings(
    double tolerance, double falseAlarm, double confidence, double acceptable) {

  /** The defaults. */
  public static final JudgeSettings DEFAULT = new JudgeSettings(1.5, 0.001, 0.01, 0.001);
}
