package io.canarygateway.proxy;

import io.canarygateway.config.RateLimitConfig;
import io.canarygateway.config.RateLimitConfig.By;
import io.canarygateway.config.RouteConfig;
import io.canarygateway.config.RoutingConfig;
import io.canarygateway.decision.RateBuckets;
import io.canarygateway.decision.RateRule;
import io.canarygateway.http.RequestHead;
import io.canarygateway.http.ServerStream;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The rate limit of one route. All event loops take tokens from the same buckets. A limit that is
 * made anew with the same settings finds the buckets of the old one. Immutable.
 *
 * @param settings the limit
 * @param route says which proxies are trusted
 * @param rule makes the keys of buckets
 * @param buckets the buckets of the process
 */
record RouteLimit(RateLimitConfig settings, RouteConfig route, RateRule rule, RateBuckets buckets) {

  /** The limit of a route; null if it has none, or if it only redirects. */
  static @Nullable RouteLimit of(RouteConfig route, RateBuckets buckets) {
    if (route.rateLimit().isEmpty() || route.filters().redirect().isPresent()) {
      return null;
    }
    RateLimitConfig settings = route.rateLimit().get();
    // Neither the name of a route nor that of a header has a space.
    String name = route.name() + " " + settings.by() + " " + settings.header();
    return new RouteLimit(
        settings,
        route,
        buckets.rule(name, settings.requests(), settings.per(), settings.by() == By.ROUTE),
        buckets);
  }

  /**
   * Takes a token for a request.
   *
   * @return 0 if there was one; otherwise the nanoseconds until there is one
   */
  long take(ServerStream stream) {
    return buckets.take(
        rule,
        switch (settings.by()) {
          case ROUTE -> rule.key();
          case CLIENT -> ofClient(stream);
          case HEADER -> ofHeader(stream);
        });
  }

  private long ofClient(ServerStream stream) {
    InetAddress client =
        ClientSource.of(stream.head(), stream.clientAddress().ip(), route.routing());
    return client == null ? rule.key() : rule.key(client);
  }

  private long ofHeader(ServerStream stream) {
    RequestHead head = stream.head();
    RoutingConfig routing = route.routing();
    String value =
        isOnlyForTrusted(head) && !routing.trusts(stream.clientAddress().ip())
            ? null
            : new MatchedHead(head).header(settings.header());
    return value == null || value.isEmpty() ? rule.key() : rule.key(value);
  }

  /** Whether the header is one that the gateway drops if it does not trust the client. */
  private boolean isOnlyForTrusted(RequestHead head) {
    for (int line = 0; line < head.size(); line++) {
      if (head.isNamed(line, settings.header())) {
        return switch (head.known(line)) {
          case X_FORWARDED_FOR,
              X_FORWARDED_PROTO,
              X_FORWARDED_HOST,
              X_FORWARDED_OTHER,
              FORWARDED,
              X_REAL_IP,
              X_CANARY,
              UNDERSCORED ->
              true;
          default ->
              head.isNamedLike(line, route.rollout().keyHeader())
                  || head.isNamedLike(line, route.rollout().stickyHeader());
        };
      }
    }
    return false;
  }
}
