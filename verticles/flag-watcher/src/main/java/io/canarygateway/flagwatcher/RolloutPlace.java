package io.canarygateway.flagwatcher;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The place of readings, for people.
 *
 * @param source what the feed calls itself
 * @param byApplication whether the feed knows several applications
 */
record RolloutPlace(String source, boolean byApplication) {

  private static final int MAX_NAMED = 5;

  static RolloutPlace of(RolloutFeed feed, RolloutTraits traits) {
    return new RolloutPlace(traits.origin(), feed.knowsRoutes());
  }

  /** The place of the readings of one application. */
  String of(String application) {
    return of(List.of(application));
  }

  /** The place of the readings of some applications, of which the first few are named. */
  String of(List<String> applications) {
    if (!byApplication) {
      return source;
    }
    int more = applications.size() - MAX_NAMED;
    return source
        + ", application "
        + applications.stream().limit(MAX_NAMED).collect(Collectors.joining(", "))
        + (more > 0 ? " and " + more + " more" : "");
  }

  /** The place of all readings. */
  String ofAll(RolloutNeeds asked) {
    List<String> applications = List.copyOf(asked.applications());
    return applications.size() == 1
        ? of(applications)
        : source + ", " + applications.size() + " applications";
  }
}
