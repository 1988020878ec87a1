/**
 * HTTP/1.1 on sockets: strict parsing, body framing, client connections and upstream calls. It
 * knows nothing of the gateway's decisions. Each object that belongs to a connection is confined to
 * that connection's event loop; classes that are thread-safe say so.
 */
@NullMarked
package io.canarygateway.http;

import org.jspecify.annotations.NullMarked;
