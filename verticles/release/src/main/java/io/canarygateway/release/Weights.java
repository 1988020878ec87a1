package io.canarygateway.release;

import io.canarygateway.message.ReleaseWeights;
import java.util.Optional;

/** What a release asks of the layer {@code release}. */
final class Weights {

  private Weights() {}

  /** Canary's share; empty if it is not known, so that canary gets nothing. */
  static Optional<ReleaseWeights.OfRoute> of(RouteRelease release) {
    return release.inForce().map(progress -> of(release, progress));
  }

  private static ReleaseWeights.OfRoute of(RouteRelease release, Progress progress) {
    Steps steps = new Steps(release.config().steps());
    String version = release.config().version();
    // A first step of 1 would leave nothing to compare.
    double observed = steps.first() == 1 ? 0 : steps.first();
    return progress.observed()
        ? new ReleaseWeights.OfRoute(
            release.route().name(), version, observed, true, version + ", which only observes")
        : new ReleaseWeights.OfRoute(
            release.route().name(),
            version,
            progress.weight(),
            false,
            version + ", " + place(progress, steps));
  }

  private static String place(Progress progress, Steps steps) {
    String state = progress.stage().shown();
    return progress.stage().isActive()
        ? "step "
            + steps.number(progress.weight())
            + " of "
            + steps.count()
            + (progress.stage() == Stage.RUNNING ? "" : ", " + state)
        : state;
  }
}
