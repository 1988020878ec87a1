/**
 * The data plane: takes requests, decides, forwards. Shows {@link
 * io.canarygateway.proxy.ProxyVerticle}.
 */
package io.canarygateway.proxy;
