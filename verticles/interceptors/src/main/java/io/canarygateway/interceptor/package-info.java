/**
 * The routes with interceptors: a server of this process that carries their requests through
 * vertx-web-proxy and the interceptors of {@link io.canarygateway.extension.InterceptorFactory}.
 */
@NullMarked
package io.canarygateway.interceptor;

import org.jspecify.annotations.NullMarked;
