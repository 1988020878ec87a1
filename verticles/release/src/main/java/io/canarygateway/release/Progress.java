package io.canarygateway.release;

/**
 * How far a release is: the part of its state that decides. Immutable.
 *
 * @param version the version that is released
 * @param observed whether nothing is changed, because the release only observes
 * @param run the number of the run, from 1. A new version, a resumed revert and each rehearsal
 *     begin another run, with evidence of its own
 * @param stage the stage
 * @param weight canary's share of clients; of a release that observes, the share that it would have
 * @param reached the highest weight of the run
 * @param startedMillis when the run began, in ms since 1970
 * @param stepSinceMillis when the step began, in ms since 1970
 * @param stepClients the canary clients that were counted before the step
 * @param ratioResets how often a person resumed the run in spite of its split
 * @param by the person who decided last; empty if the judge did
 * @param reason one line about the stage
 * @param rehearsals the ended runs of a release that observes
 */
record Progress(
    String version,
    boolean observed,
    int run,
    Stage stage,
    double weight,
    double reached,
    long startedMillis,
    long stepSinceMillis,
    long stepClients,
    int ratioResets,
    String by,
    String reason,
    Rehearsals rehearsals) {

  /** A run that begins, with nothing counted. */
  static Progress begin(
      String version, boolean observed, int run, double weight, long nowMillis, Rehearsals ended) {
    Stage stage = weight == 1 && !observed ? Stage.PROMOTED : Stage.RUNNING;
    return new Progress(
        version, observed, run, stage, weight, weight, nowMillis, nowMillis, 0, 0, "", "", ended);
  }

  /** This release in another stage, with the same weight. */
  Progress to(Stage other) {
    return with(other, weight, stepSinceMillis, stepClients, ratioResets, by, reason);
  }

  /** This release in a new step. */
  Progress step(Stage other, double newWeight, long nowMillis, long clients) {
    return with(other, newWeight, nowMillis, clients, ratioResets, by, reason);
  }

  /** This release after a person has accepted its split. */
  Progress forgetRatio() {
    return with(stage, weight, stepSinceMillis, stepClients, ratioResets + 1, by, reason);
  }

  /** This release with another explanation. */
  Progress explained(String newBy, String newReason) {
    return with(stage, weight, stepSinceMillis, stepClients, ratioResets, newBy, newReason);
  }

  private Progress with(
      Stage newStage,
      double newWeight,
      long newStepSince,
      long newStepClients,
      int newRatioResets,
      String newBy,
      String newReason) {
    return new Progress(
        version,
        observed,
        run,
        newStage,
        newWeight,
        Math.max(reached, newWeight),
        startedMillis,
        newStepSince,
        newStepClients,
        newRatioResets,
        newBy,
        newReason,
        rehearsals);
  }

  /**
   * Whether both are the same run of the same release. After the state was deleted, the numbers of
   * runs begin anew, but not the time.
   */
  boolean isRunOf(Progress other) {
    return version.equals(other.version)
        && observed == other.observed
        && run == other.run
        && startedMillis == other.startedMillis;
  }

  /**
   * Checks what a store holds.
   *
   * @throws IllegalArgumentException if no release can be in this state
   */
  void check() {
    boolean weightFits =
        switch (stage) {
          case PROMOTED -> weight == 1;
          case REVERTED -> weight == 0;
          default -> weight >= 0 && (weight < 1 || observed && weight == 1);
        };
    require(weightFits, "weight", weight);
    require(reached >= weight && reached <= 1, "reached", reached);
    require(run >= 1, "run", run);
    require(stepClients >= 0, "step_clients", stepClients);
    require(ratioResets >= 0, "ratio_resets", ratioResets);
    require(rehearsals.isValid(), "rehearsals", rehearsals);
    require(!observed || stage == Stage.RUNNING, "stage", stage);
    require(!version.isEmpty(), "version", version);
  }

  private static void require(boolean condition, String member, Object found) {
    if (!condition) {
      throw new IllegalArgumentException("impossible " + member + ": " + found);
    }
  }
}
