package io.canarygateway.config;

import io.canarygateway.decision.ErrorStatuses;
import io.canarygateway.judge.JudgeSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The settings of the release of one route; dynamic. Immutable.
 *
 * @param version the version that is released; empty for no release
 * @param steps the steps; at least one
 * @param mode what the gateway does by itself
 * @param judge the settings of the judge
 * @param warmUp the time from the begin of a release, and from each break of canary's requests, in
 *     which slow responses do not count
 * @param errors the statuses that count as failures
 */
public record ReleaseConfig(
    String version,
    List<ReleaseStep> steps,
    ReleaseMode mode,
    JudgeSettings judge,
    Duration warmUp,
    ErrorStatuses errors) {

  static ReleaseConfig of(FlagValues values) {
    return new ReleaseConfig(
        values.required(ReleaseSettings.VERSION),
        values.required(ReleaseSettings.STEPS).value(),
        values.required(ReleaseSettings.MODE),
        new JudgeSettings(
            values.required(ReleaseSettings.TOLERANCE),
            values.required(ReleaseSettings.FALSE_ALARM),
            values.required(ReleaseSettings.CONFIDENCE),
            values.required(ReleaseSettings.ACCEPTABLE)),
        values.required(ReleaseSettings.WARM_UP),
        values.required(ReleaseSettings.ERRORS));
  }

  /** {@return whether there is a release, running or ended} */
  public boolean isSet() {
    return !version.isEmpty();
  }

  /**
   * The directory in which the state of releases is kept without etcd and DynamoDB.
   *
   * @param values the settings in force
   * @return the directory
   */
  public static Path stateDir(FlagValues values) {
    return Path.of(values.required(ReleaseSettings.STATE_DIR));
  }
}
