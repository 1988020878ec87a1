package io.canarygateway.proxy;

import io.canarygateway.client.ConnectionPool;
import io.canarygateway.config.HttpUrl;

/**
 * One of the two services as one snapshot has it.
 *
 * @param url its URL
 * @param hostHeader the Host header it is sent
 * @param plain connections whose responses pass as they are
 * @param gzip connections that ask for gzip on behalf of the client and unpack it
 */
record Upstream(HttpUrl url, String hostHeader, ConnectionPool plain, ConnectionPool gzip) {}
