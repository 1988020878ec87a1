package io.canarygateway.proxy;

import io.canarygateway.config.HttpUrl;
import io.canarygateway.http.Server;
import io.canarygateway.http.UpstreamTarget;
import org.jspecify.annotations.Nullable;

/**
 * One of the two services, with the settings of one snapshot.
 *
 * @param url the service's first URL, whose path and query all have
 * @param hostHeader the value of the Host header; empty for that of the server's URL
 * @param target the addresses and connections of this event loop
 * @param gzip whether to ask for gzip, and unpack it, for clients that did not ask
 * @param interception the way through the route's interceptors; null if requests go straight
 */
record Upstream(
    HttpUrl url,
    String hostHeader,
    UpstreamTarget target,
    boolean gzip,
    @Nullable Interception interception) {

  /** The value of the Host header for a server. */
  String hostFor(Server server) {
    return hostHeader.isEmpty() ? server.authority() : hostHeader;
  }
}
