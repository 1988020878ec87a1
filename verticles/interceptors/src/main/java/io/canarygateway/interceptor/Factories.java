package io.canarygateway.interceptor;

import io.canarygateway.config.Extensions;
import io.canarygateway.config.Extensions.Configured;
import io.canarygateway.config.ExtensionsConfig;
import io.canarygateway.extension.InterceptorFactory;
import io.vertx.httpproxy.ProxyInterceptor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The factories of interceptors on the class path, found when the first one is needed. All methods
 * may block; one call at a time.
 */
final class Factories {

  private final ExtensionsConfig config;
  private @Nullable Map<String, Configured<InterceptorFactory<?>>> found;

  Factories(ExtensionsConfig config) {
    this.config = config;
  }

  /**
   * Makes an interceptor.
   *
   * @throws InterceptorException if it cannot be made
   */
  synchronized ProxyInterceptor create(String name) throws InterceptorException {
    if (found == null) {
      found = Extensions.interceptors(config);
    }
    Configured<InterceptorFactory<?>> configured = found.get(name);
    if (configured == null) {
      throw new InterceptorException(name + ": not on the class path", null);
    }
    try {
      if (configured.extension().create(configured.settings())
          instanceof ProxyInterceptor interceptor) {
        return interceptor;
      }
    } catch (Exception | LinkageError e) {
      throw new InterceptorException(name + ": " + e.getMessage(), e);
    }
    throw new InterceptorException(name + ": what it makes is no ProxyInterceptor", null);
  }

  /** Closes all factories. */
  synchronized @Nullable Void close() {
    if (found != null) {
      found.values().forEach(each -> each.extension().close());
      found = null;
    }
    return null;
  }
}
