/** HTTP/1.1 on Netty's sockets: what the proxy and the sidecar's client share. */
package io.canarygateway.http;
