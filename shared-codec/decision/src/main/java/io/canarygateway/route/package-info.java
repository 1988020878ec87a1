/**
 * Which route takes a request: the rules of Kubernetes' Gateway API for HTTPRoute. A {@link
 * io.canarygateway.route.RouteMatch} is the condition of one route; a {@link
 * io.canarygateway.route.RouteMatcher} finds the most specific route of many. Nothing here does I/O
 * or needs a framework.
 */
@NullMarked
package io.canarygateway.route;

import org.jspecify.annotations.NullMarked;
