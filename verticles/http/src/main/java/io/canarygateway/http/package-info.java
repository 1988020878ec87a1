/**
 * HTTP/1.1 on sockets: strict parsing, body framing, the connections of clients and the calls of
 * upstreams. Knows nothing of canaries. Everything that belongs to a connection runs on that
 * connection's event loop; a class that any thread may use says so.
 */
package io.canarygateway.http;
