package io.canarygateway.flagwatcher;

import io.canarygateway.config.FlagValues;
import io.canarygateway.config.ReleasedRoute;
import io.canarygateway.config.Settings;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagException;
import io.canarygateway.message.ReleaseWeights;
import io.canarygateway.message.ReleaseWeights.OfRoute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The layer {@link Layer#RELEASE}: canary's share in each route with a release. A share that was
 * decided for another version never counts. Until one is decided for this version, the share is 0.
 * On one context.
 */
final class ReleaseShares {

  private static final String ZERO = "0";

  private final Flag<?> canary;
  private Map<String, OfRoute> decided = Map.of();

  /**
   * Creates a layer without decisions.
   *
   * @param canary the flag {@code rollout.canary}
   */
  ReleaseShares(Flag<?> canary) {
    this.canary = canary;
  }

  /** Replaces all decisions. */
  void decided(ReleaseWeights weights) {
    Map<String, OfRoute> byRoute = new HashMap<>();
    weights.routes().forEach(one -> byRoute.put(one.route(), one));
    decided = byRoute;
  }

  /**
   * The changes that bring the layer in line with values that may come into force.
   *
   * @param layers all layers, which were asked last for the values after {@code made}
   * @param made the other changes that make the values
   * @param after the values
   */
  List<Change> changes(Layers layers, List<Change> made, FlagValues after) {
    Map<String, Change> wanted = new HashMap<>();
    for (ReleasedRoute release : ReleasedRoute.of(after)) {
      String flag = Settings.rolloutCanaryOf(release.route());
      OfRoute share = shareOf(release);
      boolean set =
          share.ifUnset()
              && (release.inheritsShare() || layers.isSetBelow(Layer.RELEASE, flag, made));
      if (!set) {
        wanted.put(flag, Change.set(Layer.RELEASE, flag, text(share.weight()), share.origin()));
      }
    }
    Map<String, Layers.Entry> now = layers.of(Layer.RELEASE);
    List<Change> changes = new ArrayList<>();
    for (String flag : now.keySet()) {
      if (!wanted.containsKey(flag)) {
        changes.add(Change.remove(Layer.RELEASE, flag, "no release"));
      }
    }
    for (Change change : wanted.values()) {
      Layers.Entry entry = now.get(change.flag());
      boolean same =
          entry != null
              && change.text().filter(entry.text()::equals).isPresent()
              && entry.origin().equals(change.origin());
      if (!same) {
        changes.add(change);
      }
    }
    return changes;
  }

  private OfRoute shareOf(ReleasedRoute release) {
    OfRoute known = decided.get(release.route());
    return known != null && known.version().equals(release.version())
        ? known
        : new OfRoute(
            release.route(),
            release.version(),
            0,
            release.observes(),
            "release " + release.version() + ": its state is not known yet");
  }

  /** A share outside of 0 to 1 is a mistake, which must not send anybody to canary. */
  private String text(double share) {
    try {
      return canary.canonical(Double.toString(share));
    } catch (FlagException e) {
      return ZERO;
    }
  }

  /** The flag of canary's share in a registry. */
  static Flag<?> canary(Map<String, Flag<?>> flags) {
    return Objects.requireNonNull(flags.get(Settings.rolloutCanaryOf("")));
  }
}
