package io.canarygateway.config;

import java.util.List;
import java.util.Optional;

/**
 * The changes that a route makes to requests and responses. Immutable.
 *
 * @param preserveHost whether targets get the client's Host header
 * @param requestHeaders the changes to the headers of requests
 * @param responseHeaders the changes to the headers of responses
 * @param rewritePrefix the text in place of the matched prefix of the path
 * @param redirect the answer to all requests, which then reach no target
 * @param interceptors the names of the user's interceptors, in the order in which they see requests
 */
public record RouteFilters(
    boolean preserveHost,
    HeaderChanges requestHeaders,
    HeaderChanges responseHeaders,
    Optional<String> rewritePrefix,
    Optional<Redirect> redirect,
    List<String> interceptors) {

  /** Nothing is changed. */
  public static final RouteFilters NONE =
      new RouteFilters(
          false,
          HeaderChanges.NONE,
          HeaderChanges.NONE,
          Optional.empty(),
          Optional.empty(),
          List.of());

  static RouteFilters of(FlagValues values) {
    return new RouteFilters(
        values.required(RouteSettings.PRESERVE_HOST),
        RouteSettings.value(values, RouteSettings.REQUEST_HEADERS).orElse(HeaderChanges.NONE),
        RouteSettings.value(values, RouteSettings.RESPONSE_HEADERS).orElse(HeaderChanges.NONE),
        Optional.ofNullable(values.get(RouteSettings.REWRITE_PREFIX)),
        RouteSettings.value(values, RouteSettings.REDIRECT),
        values.required(RouteSettings.INTERCEPTORS));
  }
}
