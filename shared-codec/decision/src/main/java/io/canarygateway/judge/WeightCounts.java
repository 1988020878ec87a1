package io.canarygateway.judge;

import java.util.List;

/**
 * The clients that were counted while canary had one share of all clients. Each client counts at
 * most once in a release for each of these: as new, as new on canary, as failed, and as slow for
 * each bound. Immutable.
 *
 * @param weight canary's share of new clients; in (0, 1)
 * @param newCanary clients first seen in the release, and sent to canary
 * @param newMain clients first seen in the release, and sent to main
 * @param canaryClients clients first seen on canary; at least {@code newCanary}, since clients move
 *     from main to canary when the share rises
 * @param canaryClientsFailed those clients of {@code canaryClients}, of any share, that failed on
 *     canary for the first time while this share was in force; an estimate once only a sample of
 *     the clients is counted
 * @param canaryFailed clients that failed for the first time in the release, on canary
 * @param mainFailed clients that failed for the first time in the release, on main
 * @param canarySlow for each of {@link LatencyBounds}, clients that were slow for the first time in
 *     the release, on canary
 * @param mainSlow the same on main
 */
public record WeightCounts(
    double weight,
    long newCanary,
    long newMain,
    long canaryClients,
    long canaryClientsFailed,
    long canaryFailed,
    long mainFailed,
    List<Long> canarySlow,
    List<Long> mainSlow) {

  /**
   * Copies the lists.
   *
   * @param weight canary's share of new clients
   * @param newCanary clients first seen in the release, and sent to canary
   * @param newMain clients first seen in the release, and sent to main
   * @param canaryClients clients first seen on canary
   * @param canaryClientsFailed those of them that failed
   * @param canaryFailed clients that failed first on canary
   * @param mainFailed clients that failed first on main
   * @param canarySlow clients that were slow first on canary, for each bound
   * @param mainSlow clients that were slow first on main, for each bound
   */
  public WeightCounts {
    canarySlow = List.copyOf(canarySlow);
    mainSlow = List.copyOf(mainSlow);
  }

  /** {@return these counts without new clients, which are the evidence about the split} */
  public WeightCounts withoutRatio() {
    return new WeightCounts(
        weight,
        0,
        0,
        canaryClients,
        canaryClientsFailed,
        canaryFailed,
        mainFailed,
        canarySlow,
        mainSlow);
  }
}
