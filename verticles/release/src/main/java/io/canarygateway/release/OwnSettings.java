package io.canarygateway.release;

import io.canarygateway.config.ReleaseConfig;
import io.canarygateway.config.ReleaseMode;
import io.canarygateway.release.Transitions.Change;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a release on this node, and which states of the store were made by such settings.
 * On one context.
 *
 * <p>A state of other settings (another version, or another mode) is replaced once after each
 * change of this node's settings. Otherwise two nodes that have different settings would replace
 * each other's state for ever, and canary's share would change all the time.
 */
final class OwnSettings {

  private ReleaseConfig config;
  private boolean mayReplace = true;

  OwnSettings(ReleaseConfig config) {
    this.config = config;
  }

  ReleaseConfig config() {
    return config;
  }

  /** Takes other settings of the same version. */
  void use(ReleaseConfig newConfig) {
    boolean before = observes();
    config = newConfig;
    mayReplace |= before != observes();
  }

  /** Whether a state was made by such settings. What has ended stays as it is in any mode. */
  boolean fit(Progress progress) {
    boolean ended = !progress.observed() && !progress.stage().isActive();
    return areOfVersion(progress) && (progress.observed() == observes() || observes() && ended);
  }

  /** Whether a state is one of the same version, in any mode. */
  boolean areOfVersion(Progress progress) {
    return progress.version().equals(config.version());
  }

  /** The store has a state that fits. From now on a state that does not is another node's. */
  void areInStore() {
    mayReplace = false;
  }

  /** Whether the state in the store is that of other settings, which this node does not replace. */
  boolean isForeign(Progress progress) {
    return !mayReplace && !fit(progress);
  }

  /** The beginning of a run. It follows the earlier runs of the same version. */
  Change begin(@Nullable Progress before, long nowMillis) {
    return before != null && areOfVersion(before)
        ? Transitions.start(config, before.run() + 1, before.rehearsals(), nowMillis)
        : Transitions.start(config, 1, Rehearsals.NONE, nowMillis);
  }

  private boolean observes() {
    return config.mode() == ReleaseMode.OBSERVE;
  }
}
