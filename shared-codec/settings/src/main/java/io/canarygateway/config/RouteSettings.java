package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import io.canarygateway.route.NormalPath;
import io.canarygateway.route.RouteMatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The settings that a route may have besides those of a gateway with one route. All are dynamic.
 */
final class RouteSettings {

  /** The settings that the top level has too. */
  static final Catalogue ALL = new Catalogue();

  /** The settings that only routes have. */
  static final Catalogue OF_ROUTES = new Catalogue();

  private static final boolean DYNAMIC = true;
  private static final String PATH = "/(?!/)[!$&-;=@-Z_a-z~%]{0,2000}";

  static final Flag<JsonSetting<List<CanaryRule>>> CANARY_WHEN =
      ALL.flag(
          "canary-when",
          JsonSetting.type("canary-when", CanaryRule.EXPECTED, CanaryRule::readAll),
          null,
          DYNAMIC,
          "Rules that send a request to canary before the strategy is asked, within the circuit"
              + " breaker: a list of {headers, cookies, query, sources}. All members of one rule have"
              + " to fit.");
  static final Flag<JsonSetting<CanaryFallback>> CANARY_FALLBACK =
      ALL.flag(
          "canary-fallback",
          JsonSetting.type("canary-fallback", CanaryFallback.EXPECTED, CanaryFallback::read),
          null,
          DYNAMIC,
          "Sends a request that fails on canary to main: {statuses, methods, max-body, after}. It"
              + " still counts as an error of canary. Not set: off.");
  static final Flag<JsonSetting<MirrorConfig>> MIRROR =
      ALL.flag(
          "mirror",
          JsonSetting.type("mirror", MirrorConfig.EXPECTED, MirrorConfig::read),
          null,
          DYNAMIC,
          "Sends copies of requests to canary or to a URL and drops the answers: {to, fraction,"
              + " max-body, methods}. Not set: off.");
  static final Flag<JsonSetting<RateLimitConfig>> RATE_LIMIT =
      ALL.flag(
          "rate-limit",
          JsonSetting.type("rate-limit", RateLimitConfig.EXPECTED, RateLimitConfig::read),
          null,
          DYNAMIC,
          "Answers 429 to further requests of a client (or route, or header:NAME) within a time:"
              + " {requests, per, by}. Each node counts by itself. Not set: off.");
  static final Flag<Boolean> PRESERVE_HOST =
      ALL.bool(
          "preserve-host",
          DYNAMIC,
          "true: targets get the client's Host header, unless main-header-host or"
              + " canary-header-host is set.");
  static final Flag<JsonSetting<HeaderChanges>> REQUEST_HEADERS =
      ALL.flag(
          "request-headers",
          JsonSetting.type("header-changes", HeaderChanges.EXPECTED, HeaderChanges::read),
          null,
          DYNAMIC,
          "Changes to the headers that targets get: {set, add, remove}.");
  static final Flag<JsonSetting<HeaderChanges>> RESPONSE_HEADERS =
      ALL.flag(
          "response-headers",
          JsonSetting.type("header-changes", HeaderChanges.EXPECTED, HeaderChanges::read),
          null,
          DYNAMIC,
          "Changes to the headers that clients get from targets: {set, add, remove}.");
  static final Flag<String> REWRITE_PREFIX =
      ALL.flag(
          "rewrite-prefix",
          path(),
          null,
          DYNAMIC,
          "Text in place of the prefix of the path that the route matches; / removes the prefix.");
  static final Flag<JsonSetting<Redirect>> REDIRECT =
      ALL.flag(
          "redirect",
          JsonSetting.type("redirect", Redirect.EXPECTED, Redirect::read),
          null,
          DYNAMIC,
          "Answers each request with a redirect: {scheme, host, port, path, status}. Such a route"
              + " needs no targets.");
  static final Flag<List<String>> INTERCEPTORS =
      ALL.flag(
          "interceptors",
          FlagTypes.stringSlice(),
          List.of(),
          DYNAMIC,
          "Names of interceptors, built-in or the user's own, in the order in which they see a request.");

  static final Flag<JsonSetting<RouteMatch>> MATCH =
      OF_ROUTES.flag(
          "match",
          JsonSetting.type("match", MatchReader.EXPECTED, MatchReader::match),
          null,
          DYNAMIC,
          "Requests of the route: {hosts, path, methods, headers, query}; {} matches all. Required.");
  static final Flag<String> APPLICATION =
      OF_ROUTES.flag(
          "application",
          DaemonSettings.APPLICATION.type(),
          null,
          DYNAMIC,
          "Name of the route's application: DynamoDB's hash key, the maintenance file's name and the"
              + " salt of rollout.key-header. Not set: the route's name.");
  static final Flag<String> DAEMON_SOCKET =
      OF_ROUTES.flag(
          "daemon.socket",
          DaemonSettings.SOCKET.type(),
          null,
          DYNAMIC,
          "Path of a Unix socket at which the assignment daemon answers for the route.");

  private RouteSettings() {}

  /** The value of a setting that is written as JSON. */
  static <T> Optional<T> value(FlagValues values, Flag<JsonSetting<T>> flag) {
    return Optional.ofNullable(values.get(flag)).map(JsonSetting::value);
  }

  /**
   * An absolute path without a query. It is in normal form, so that putting it before a path in
   * normal form makes another one. It begins with one slash, so that no client takes its first
   * segment for a host.
   */
  static FlagType<String> path() {
    return FlagTypes.describe(
        FlagTypes.of(
            "string",
            FlagType.JsonForm.STRING,
            "a path such as /cart, percent-encoded, without a query",
            text -> {
              if (!text.matches(PATH) || !text.equals(NormalPath.of(text))) {
                throw new IllegalArgumentException(text);
              }
              return text;
            },
            Function.identity()),
        Map.of("pattern", "^" + PATH + "$"));
  }
}
