package io.canarygateway.config;

import io.canarygateway.config.GatewayConfig.Conflict;
import io.canarygateway.config.RouteTable.Unchanged;
import io.canarygateway.decision.Strategy;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.Problem;
import io.canarygateway.route.PathMatch;
import io.canarygateway.route.RouteMatch;
import io.canarygateway.route.RouteMatcher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds what does not fit together in the settings of the default route and of all others. */
final class RouteConflicts {

  /**
   * The most routes with a regular expression for the path. For a path of 2,048 characters, the
   * longest that is tried, 100 expressions need up to 16 ms.
   */
  private static final int MAX_PATH_EXPRESSIONS = 100;

  private final RouteTexts texts;
  private final Unchanged unchanged;
  private final List<Conflict> conflicts = new ArrayList<>();

  private RouteConflicts(RouteTexts texts, @Nullable RouteTable before) {
    this.texts = texts;
    this.unchanged = Unchanged.of(texts, before);
  }

  /**
   * Checks all routes.
   *
   * @param texts the values, each valid by itself
   * @param before a table of routes without conflicts; those that are unchanged are not checked
   */
  static List<Conflict> of(RouteTexts texts, @Nullable RouteTable before) {
    RouteConflicts found = new RouteConflicts(texts, before);
    found.checkTopLevel();
    texts.named().forEach(found::check);
    if (!found.unchanged.allMatches(texts)) {
      found.checkMatches();
    }
    found.checkSockets();
    return found.conflicts;
  }

  /** A gateway without routes needs the targets of the top level. */
  private void checkTopLevel() {
    FlagValues top = new FlagValues(texts.topLevel());
    boolean isRoute =
        texts.named().isEmpty()
            || top.get(Settings.MAIN_TARGET) != null
            || top.get(Settings.CANARY_TARGET) != null
            || top.get(RouteSettings.REDIRECT) != null;
    if (isRoute) {
      check(top, "", Set.of());
    }
  }

  private void check(String name, Map<String, String> own) {
    if (unchanged.find(name, own).isEmpty()) {
      check(texts.effective(own), RouteFlags.PREFIX + name + ".", own.keySet());
    }
  }

  /**
   * Checks one route.
   *
   * @param route what the route sets and inherits, by the names of the top level
   * @param prefix the beginning of the names of the route's flags
   * @param own the keys that the route sets itself
   */
  private void check(FlagValues route, String prefix, Set<String> own) {
    if (route.get(RouteSettings.REDIRECT) == null) {
      for (Flag<?> target : List.of(Settings.MAIN_TARGET, Settings.CANARY_TARGET)) {
        if (route.get(target) == null) {
          // All keys of the route, because without this one none of them makes sense.
          conflicts.add(conflict(prefix, own, target, "nothing", TargetUrls.EXPECTED, own));
        }
      }
    }
    if (route.get(Settings.STRATEGY) == Strategy.SIDECAR
        && route.get(Settings.SIDECAR_URL) == null
        && route.required(Settings.SIDECAR_ADDRESS).isEmpty()) {
      conflicts.add(
          conflict(
              prefix,
              own,
              Settings.SIDECAR_URL,
              "nothing",
              HttpUrl.EXPECTED + ", or a sidecar-address, since strategy is sidecar",
              Set.of(Settings.STRATEGY.name(), Settings.SIDECAR_ADDRESS.name())));
    }
    if (route
        .required(Settings.MAIN_SIDECAR_STATUS)
        .equals(route.required(Settings.CANARY_SIDECAR_STATUS))) {
      conflicts.add(
          conflict(
              prefix,
              own,
              Settings.CANARY_SIDECAR_STATUS,
              route.required(Settings.CANARY_SIDECAR_STATUS).toString(),
              "a status other than main-sidecar-status",
              Set.of(Settings.MAIN_SIDECAR_STATUS.name())));
    }
    if (!prefix.isEmpty()
        && route.get(RouteSettings.REWRITE_PREFIX) != null
        && !(match(route).path() instanceof PathMatch.Prefix)) {
      conflicts.add(
          conflict(
              prefix,
              own,
              RouteSettings.REWRITE_PREFIX,
              Problem.quote(route.required(RouteSettings.REWRITE_PREFIX)),
              "a match with a path.prefix, which is what it replaces",
              Set.of(RouteSettings.MATCH.name())));
    }
    RouteSettings.value(route, RouteSettings.REDIRECT)
        .filter(redirect -> redirect.isEmpty() && route.get(RouteSettings.REWRITE_PREFIX) == null)
        .ifPresent(
            redirect ->
                conflicts.add(
                    conflict(
                        prefix,
                        own,
                        RouteSettings.REDIRECT,
                        "a redirect to the same URL",
                        "at least one of scheme, host, port and path, or a rewrite-prefix",
                        Set.of(RouteSettings.REWRITE_PREFIX.name()))));
    checkCertificate(route, prefix, own);
    checkInterceptors(route, prefix, own);
    conflicts.addAll(SelfTarget.conflicts(prefix, route));
  }

  private void checkInterceptors(FlagValues route, String prefix, Set<String> own) {
    for (String name : route.required(RouteSettings.INTERCEPTORS)) {
      if (!Extensions.interceptors().names().contains(name)) {
        conflicts.add(
            conflict(
                prefix,
                own,
                RouteSettings.INTERCEPTORS,
                Problem.quote(name),
                Extensions.interceptors().expected(),
                Set.of()));
      }
    }
  }

  private static RouteMatch match(FlagValues route) {
    return RouteSettings.value(route, RouteSettings.MATCH).orElse(RouteMatch.ALL);
  }

  /** Two routes that match the same requests would be told apart by their names only. */
  private void checkMatches() {
    Map<String, RouteMatch> matches = new TreeMap<>();
    texts
        .named()
        .forEach(
            (name, own) ->
                matches.put(
                    name,
                    unchanged
                        .find(name, own)
                        .map(RouteConfig::match)
                        .orElseGet(() -> match(new FlagValues(own)))));
    checkExpressions(matches);
    RouteMatcher.conflicts(matches)
        .forEach(
            (later, earlier) -> {
              Set<String> keys = new HashSet<>(keysOf(later));
              keys.addAll(keysOf(earlier));
              conflicts.add(
                  new Conflict(
                      new Problem(
                          Settings.matchOf(later),
                          "the same as " + Settings.matchOf(earlier),
                          "a match that no other route has"),
                      keys));
            });
  }

  /** Expressions are tried one after the other on an event loop, so there must not be too many. */
  private void checkExpressions(Map<String, RouteMatch> matches) {
    List<String> names =
        matches.entrySet().stream()
            .filter(match -> match.getValue().path() instanceof PathMatch.Regex)
            .map(Map.Entry::getKey)
            .toList();
    if (names.size() > MAX_PATH_EXPRESSIONS) {
      Set<String> keys = new HashSet<>();
      names.forEach(name -> keys.addAll(keysOf(name)));
      conflicts.add(
          new Conflict(
              new Problem(
                  Settings.matchOf(names.get(MAX_PATH_EXPRESSIONS)),
                  names.size() + " routes with a path.regex",
                  "at most "
                      + MAX_PATH_EXPRESSIONS
                      + " such routes; path.exact and path.prefix have no limit"),
              keys));
    }
  }

  private Set<String> keysOf(String route) {
    Set<String> keys = new HashSet<>();
    keys.add(RouteFlags.PREFIX + route);
    texts
        .named()
        .getOrDefault(route, new HashMap<>())
        .keySet()
        .forEach(key -> keys.add(RouteFlags.PREFIX + route + "." + key));
    return keys;
  }

  /** A socket answers for one route. */
  private void checkSockets() {
    Map<Path, String> prefixes = new HashMap<>();
    String ofTopLevel = new FlagValues(texts.topLevel()).get(DaemonSettings.SOCKET);
    if (ofTopLevel != null) {
      prefixes.put(file(ofTopLevel), "");
    }
    texts
        .named()
        .forEach(
            (name, own) -> {
              String socket = new FlagValues(own).get(RouteSettings.DAEMON_SOCKET);
              String prefix = RouteFlags.PREFIX + name + ".";
              String first = socket == null ? null : prefixes.putIfAbsent(file(socket), prefix);
              if (socket != null && first != null) {
                conflicts.add(sharedSocket(socket, prefix, first));
              }
            });
  }

  private static Path file(String socket) {
    return Path.of(socket).toAbsolutePath().normalize();
  }

  private static Conflict sharedSocket(String socket, String prefix, String first) {
    String key = RouteSettings.DAEMON_SOCKET.name();
    Set<String> keys = new HashSet<>();
    for (String each : List.of(first, prefix)) {
      keys.add(each + key);
      if (!each.isEmpty()) {
        keys.add(each.substring(0, each.length() - 1));
      }
    }
    return new Conflict(
        new Problem(prefix + key, Problem.quote(socket), "a path other than " + first + key), keys);
  }

  private void checkCertificate(FlagValues route, String prefix, Set<String> own) {
    ClientFlags client = Settings.MAIN_AND_CANARY;
    client
        .missingFile(route)
        .ifPresent(
            missing ->
                conflicts.add(
                    conflict(
                        prefix,
                        own,
                        missing,
                        "nothing",
                        "a file; cert-file and key-file belong together",
                        Set.of(client.certFile().name(), client.keyFile().name()))));
  }

  /**
   * A conflict of one route.
   *
   * @param own the keys that the route sets itself
   * @param flag the flag of the problem
   * @param others the other keys whose values cause it, by the names of the top level
   */
  private static Conflict conflict(
      String prefix,
      Set<String> own,
      Flag<?> flag,
      String found,
      String expected,
      Set<String> others) {
    Set<String> keys = new HashSet<>();
    Set<String> names = new HashSet<>(others);
    names.add(flag.name());
    for (String name : names) {
      keys.add(prefix + name);
      if (!prefix.isEmpty() && !own.contains(name)) {
        keys.add(name); // Inherited.
      }
    }
    if (!prefix.isEmpty()) {
      keys.add(prefix.substring(0, prefix.length() - 1));
    }
    return new Conflict(new Problem(prefix + flag.name(), found, expected), keys);
  }
}
