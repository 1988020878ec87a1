package io.canarygateway.proxy;

import io.canarygateway.config.RouteConfig;
import io.canarygateway.config.RouteFilters;
import org.jspecify.annotations.Nullable;

/**
 * The changes of a route to requests and responses, prepared for many of them. Immutable.
 *
 * <p>Header filters have the last say: they also change headers that the gateway sets, such as
 * {@code X-Forwarded-For} and {@code Date}. The exceptions are {@code Host}, {@code Via} and the
 * headers about the connection, which the configuration refuses, and the sticky cookie. Request
 * headers are changed for main and canary; the sidecar gets those of the client. Response headers
 * are changed in final responses of targets and in 101, not in 103 and not in the gateway's own
 * answers.
 *
 * @param preserveHost whether targets get the client's {@code Host}
 * @param request the changes to request headers
 * @param response the changes to response headers
 * @param path the change to the path
 * @param redirection the redirect that answers all requests; null if there is none
 * @param mayAskForGzip whether the gateway may ask for gzip on behalf of a client; not if a filter
 *     says what the target accepts
 */
record Filters(
    boolean preserveHost,
    HeaderEdit request,
    HeaderEdit response,
    PathChange path,
    @Nullable Redirection redirection,
    boolean mayAskForGzip) {

  static Filters of(RouteConfig config) {
    RouteFilters filters = config.filters();
    HeaderEdit request = new HeaderEdit(filters.requestHeaders());
    PathChange path = PathChange.of(config);
    return new Filters(
        filters.preserveHost(),
        request,
        new HeaderEdit(filters.responseHeaders()),
        path,
        filters.redirect().map(redirect -> new Redirection(redirect, path)).orElse(null),
        !request.changes("accept-encoding") && !request.changes("range"));
  }

  /** Whether a request of the route needs a path with a normal form. */
  boolean needNormalPath() {
    return redirection != null || path.rewrites();
  }
}
