package io.canarygateway.message;

import java.util.List;

/**
 * The state of releases, for operators: the answer of {@link Addresses#RELEASES_GET}.
 *
 * @param releases the releases, the default route's first, then by route
 */
public record ReleaseReports(List<OfRoute> releases) {

  /** What a release needs that is paused, or held because of its split. */
  public static final String NEEDS_RESUME = "a person resumes it";

  /**
   * Copies the list.
   *
   * @param releases the releases
   */
  public ReleaseReports {
    releases = List.copyOf(releases);
  }

  /**
   * The release of one route.
   *
   * @param route the route's name; empty for the default route
   * @param version the version that is released
   * @param mode {@code act}, {@code hold} or {@code observe}
   * @param state {@code unknown} until the state could be read, else {@code running}, {@code held},
   *     {@code paused}, {@code promoted} or {@code reverted}
   * @param reason one line about why it is in that state
   * @param step the step, from 1; 0 while reverted or unknown
   * @param steps the number of steps
   * @param weight canary's share of clients that the release asks for
   * @param weightInForce canary's share of clients that is in force on this node
   * @param startedMillis when the release started, in ms since 1970
   * @param stepSinceMillis when the step began, in ms since 1970
   * @param counts the counted clients by canary's share
   * @param evidence the evidence
   * @param needs what is still needed to pass the step, one line each
   * @param receipts the last receipts as JSON, the newest first
   * @param rehearsals in mode {@code observe}, how many runs have ended
   */
  public record OfRoute(
      String route,
      String version,
      String mode,
      String state,
      String reason,
      int step,
      int steps,
      double weight,
      double weightInForce,
      long startedMillis,
      long stepSinceMillis,
      List<Counts> counts,
      Evidence evidence,
      List<String> needs,
      List<String> receipts,
      Rehearsals rehearsals) {

    /**
     * Copies the lists.
     *
     * @param route the route's name
     * @param version the version
     * @param mode the mode
     * @param state the state
     * @param reason why it is in that state
     * @param step the step, from 1
     * @param steps the number of steps
     * @param weight the share that the release asks for
     * @param weightInForce the share in force
     * @param startedMillis when the release started
     * @param stepSinceMillis when the step began
     * @param counts the counted clients
     * @param evidence the evidence
     * @param needs what is still needed
     * @param receipts the last receipts
     * @param rehearsals the ended runs
     */
    public OfRoute {
      counts = List.copyOf(counts);
      needs = List.copyOf(needs);
      receipts = List.copyOf(receipts);
    }
  }

  /**
   * Clients counted under one share of canary.
   *
   * @param weight canary's share
   * @param canaryClients clients that were new on canary
   * @param mainClients clients that were new in the release and went to main
   * @param canaryFailed clients that failed first on canary
   * @param mainFailed clients that failed first on main
   */
  public record Counts(
      double weight, long canaryClients, long mainClients, long canaryFailed, long mainFailed) {}

  /**
   * Evidence as natural logarithms, and the values at which it decides.
   *
   * @param revert against canary, failures and latency together
   * @param revertAt reverted at this value
   * @param failures against canary, by failures
   * @param latency against canary, by latency
   * @param pass for canary in comparison with main
   * @param absolute for canary by its own failure rate
   * @param passAt passed if {@code pass} or {@code absolute} is at this value
   * @param ratio against the split being what was asked
   * @param ratioAt held at this value
   */
  public record Evidence(
      double revert,
      double revertAt,
      double failures,
      double latency,
      double pass,
      double absolute,
      double passAt,
      double ratio,
      double ratioAt) {}

  /**
   * The ended runs of a release that only observes.
   *
   * @param promoted runs that would have been promoted
   * @param reverted runs that would have been reverted
   * @param held runs that would have been held, because the split was not what was asked
   */
  public record Rehearsals(long promoted, long reverted, long held) {}
}
