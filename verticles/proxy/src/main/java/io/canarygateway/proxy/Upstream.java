package io.canarygateway.proxy;

import io.canarygateway.config.HttpUrl;
import io.canarygateway.http.UpstreamPool;

/**
 * One of the two services, with the settings of one snapshot.
 *
 * @param url the service's URL
 * @param hostHeader the value of the Host header
 * @param pool the connections of this event loop
 * @param gzip whether to ask for gzip, and unpack it, for clients that did not ask
 */
record Upstream(HttpUrl url, String hostHeader, UpstreamPool pool, boolean gzip) {}
