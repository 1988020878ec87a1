package io.canarygateway.proxy;

import io.canarygateway.config.CanaryRule;
import io.canarygateway.config.RoutingConfig;
import io.canarygateway.http.RequestHead;
import io.canarygateway.route.RequestValues;
import io.canarygateway.route.ValueMatch;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The comparison of one request with the rules of {@code canary-when}. What rules ask for is read
 * once: the query, the cookies and the client's address. Headers, cookies and query count from
 * every client, since a rule routes requests and grants no rights. For use by one thread.
 */
final class RuleCheck {

  private final RequestHead head;
  private final @Nullable InetAddress peer;
  private final RoutingConfig routing;
  private final RequestValues values;
  private @Nullable Map<String, String> cookies;
  private @Nullable InetAddress source;
  private boolean sourceKnown;

  /**
   * A comparison that has read nothing.
   *
   * @param peer the address at the other end of the connection; null for a Unix socket
   * @param routing says which proxies are trusted
   */
  RuleCheck(RequestHead head, @Nullable InetAddress peer, RoutingConfig routing) {
    this.head = head;
    this.peer = peer;
    this.routing = routing;
    this.values = new RequestValues(new MatchedHead(head));
  }

  /** Whether the request fits one of the rules. */
  boolean fitsOneOf(List<CanaryRule> rules) {
    for (CanaryRule rule : rules) {
      if (fits(rule)) {
        return true;
      }
    }
    return false;
  }

  private boolean fits(CanaryRule rule) {
    return (rule.sources().isEmpty() || rule.fitsSource(source()))
        && all(rule.headers(), values::header)
        && all(rule.cookies(), this::cookie)
        && all(rule.query(), values::parameter);
  }

  private static boolean all(
      Map<String, ValueMatch> conditions, Function<String, @Nullable String> values) {
    for (Map.Entry<String, ValueMatch> condition : conditions.entrySet()) {
      String value = values.apply(condition.getKey());
      if (value == null || !condition.getValue().matches(value)) {
        return false;
      }
    }
    return true;
  }

  private @Nullable String cookie(String name) {
    if (cookies == null) {
      cookies = Cookies.all(head);
    }
    return cookies.get(name);
  }

  private @Nullable InetAddress source() {
    if (!sourceKnown) {
      source = ClientSource.of(head, peer, routing);
      sourceKnown = true;
    }
    return source;
  }
}
