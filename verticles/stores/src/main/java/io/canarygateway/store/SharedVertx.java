package io.canarygateway.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A view of the gateway's Vert.x that cannot be closed. The etcd client closes the Vert.x that it
 * was given together with itself, which would end the gateway.
 */
final class SharedVertx {

  private SharedVertx() {}

  static Vertx of(Vertx vertx) {
    Set<Class<?>> interfaces = new LinkedHashSet<>();
    for (Class<?> type = vertx.getClass(); type != null; type = type.getSuperclass()) {
      interfaces.addAll(Set.of(type.getInterfaces()));
    }
    return (Vertx)
        Proxy.newProxyInstance(
            vertx.getClass().getClassLoader(),
            interfaces.toArray(Class<?>[]::new),
            (proxy, method, arguments) -> {
              if (method.getName().equals("close") && method.getParameterCount() == 0) {
                return Future.succeededFuture();
              }
              try {
                return method.invoke(vertx, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
