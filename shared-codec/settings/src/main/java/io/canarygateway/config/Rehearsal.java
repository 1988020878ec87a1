package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A rehearsal of releases: a configuration whose releases change nothing, and in which main serves
 * as canary. What the judge reports of such a release is a false alarm. It shares nothing with
 * other gateways: a rehearsal in the store of real releases would replace their state.
 */
public final class Rehearsal {

  /** What a gateway may share with others. */
  private static final List<String> SHARED = List.of("etcd.", "dynamodb.", "cluster.");

  private static final String DIRECTORY = "/rehearsal";

  /** The share of the only step, of which nothing could be compared. */
  private static final double HALF = 0.5;

  private Rehearsal() {}

  /**
   * Turns the values of a document into those of a rehearsal. For each route that has a release:
   * its mode is {@code observe}, canary is main, and a share of clients that is not set, or is 0 or
   * 1, is that of the first step. The other routes stay as they are. Without etcd, DynamoDB and
   * other nodes; the state is in a directory of its own.
   *
   * @param values the values of the document
   * @return the values of the rehearsal
   */
  public static FlagValues of(FlagValues values) {
    Map<String, String> texts = new HashMap<>(values.texts());
    releases(values)
        .forEach(
            (route, effective) -> {
              put(texts, route, ReleaseSettings.MODE, "observe");
              String main = effective.texts().get(Settings.MAIN_TARGET.name());
              if (main != null) {
                put(texts, route, Settings.CANARY_TARGET, main);
              }
              put(
                  texts,
                  route,
                  Settings.CANARY_HEADER_HOST,
                  effective.required(Settings.MAIN_HEADER_HOST));
              if (!compares(effective)) {
                double first = effective.required(ReleaseSettings.STEPS).value().get(0).weight();
                put(
                    texts,
                    route,
                    Settings.ROLLOUT_CANARY,
                    Settings.ROLLOUT_CANARY.canonical(String.valueOf(first < 1 ? first : HALF)));
              }
            });
    if (!releases(values).isEmpty()) {
      texts.keySet().removeIf(name -> SHARED.stream().anyMatch(name::startsWith));
      String directory = values.required(ReleaseSettings.STATE_DIR);
      if (!directory.endsWith(DIRECTORY)) {
        texts.put(ReleaseSettings.STATE_DIR.name(), directory + DIRECTORY);
      }
    }
    return new FlagValues(texts);
  }

  /** Whether a share of clients is set with which both targets get some. */
  private static boolean compares(FlagValues effective) {
    String share = effective.texts().get(Settings.ROLLOUT_CANARY.name());
    if (share == null) {
      return false;
    }
    double canary = Double.parseDouble(share);
    return canary > 0 && canary < 1;
  }

  /**
   * Checks that there is something to rehearse.
   *
   * @param values the values of the document
   * @throws ConfigException if no route has a release
   */
  public static void check(FlagValues values) throws ConfigException {
    if (releases(values).isEmpty()) {
      throw new ConfigException(
          List.of(
              new Problem(
                  ReleaseSettings.VERSION.name(),
                  "nothing",
                  "the version of a release for at least one route, since this is a rehearsal")));
    }
  }

  /**
   * Describes a rehearsal in one line.
   *
   * @param values the values of the rehearsal
   * @return the routes whose releases are rehearsed
   */
  public static String summary(FlagValues values) {
    return "main serves as canary, and releases change nothing: "
        + String.join(
            ", ",
            releases(values).keySet().stream()
                .map(route -> route.isEmpty() ? "the default route" : "route " + route)
                .toList());
  }

  /** What is in force for each route that has a release; an empty name is the default route. */
  private static SortedMap<String, FlagValues> releases(FlagValues values) {
    SortedMap<String, FlagValues> found = new TreeMap<>();
    if (isSet(values.get(ReleaseSettings.VERSION))) {
      found.put("", values);
    }
    RouteTexts texts = RouteTexts.of(values);
    texts
        .named()
        .forEach(
            (route, own) -> {
              FlagValues effective = texts.effective(own);
              if (isSet(effective.get(ReleaseSettings.VERSION))) {
                found.put(route, effective);
              }
            });
    return found;
  }

  private static boolean isSet(@Nullable String version) {
    return version != null && !version.isEmpty();
  }

  private static void put(Map<String, String> texts, String route, Flag<?> flag, String text) {
    texts.put(route.isEmpty() ? flag.name() : RouteFlags.PREFIX + route + "." + flag.name(), text);
  }
}
