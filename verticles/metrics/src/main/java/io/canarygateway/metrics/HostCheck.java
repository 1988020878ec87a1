package io.canarygateway.metrics;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Refuses requests for host names that are not this gateway's. A web page of a stranger can make
 * its own name resolve to the gateway's address (DNS rebinding) and would then count as the same
 * origin; its requests still carry its name in {@code Host}. On one context.
 */
final class HostCheck implements Handler<RoutingContext> {

  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  /** Prometheus and load balancers use names of their own, and a page learns little from these. */
  private static final Set<String> OPEN = Set.of("/metrics", "/health/live", "/health/ready");

  private static final String LOOPBACK = "localhost";

  private Set<String> allowed = Set.of();

  /** Sets the names that are allowed besides loopback names. */
  void allow(List<String> names) {
    allowed = names.stream().map(HostCheck::normal).collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public void handle(RoutingContext context) {
    if (context.request().headers().getAll(HttpHeaders.HOST).size() > 1) {
      ApiAnswer.error(context, 400, "expected one Host");
    } else if (OPEN.contains(context.request().path()) || isAllowed(context)) {
      context.next();
    } else {
      ApiAnswer.error(
          context, 421, "this host name is not allowed; instrumentation.allowed-hosts lists those");
    }
  }

  private boolean isAllowed(RoutingContext context) {
    HostAndPort authority = context.request().authority();
    if (authority == null) {
      // Browsers always send a host; HTTP/1.0 clients without one are no browsers.
      String raw = context.request().getHeader(HttpHeaders.HOST);
      return raw == null || raw.isEmpty();
    }
    String host = normal(authority.host());
    return isAddress(host)
        || host.equals(LOOPBACK)
        || host.endsWith("." + LOOPBACK)
        || allowed.contains(host);
  }

  private static boolean isAddress(String host) {
    return host.indexOf(':') >= 0 || IPV4.matcher(host).matches();
  }

  private static String normal(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
