package io.canarygateway.proxy;

import io.canarygateway.config.HttpUrl;
import io.canarygateway.http.UpstreamPool;

/**
 * One of the two services as one snapshot has it.
 *
 * @param url its URL
 * @param hostHeader the Host header it is sent
 * @param pool its connections
 * @param gzip whether to ask for gzip on behalf of clients that did not, and unpack it
 */
record Upstream(HttpUrl url, String hostHeader, UpstreamPool pool, boolean gzip) {}
