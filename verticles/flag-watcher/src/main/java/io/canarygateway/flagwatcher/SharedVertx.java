package io.canarygateway.flagwatcher;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Our Vert.x for somebody who closes what was lent to him: the etcd client closes the Vert.x that
 * it was given when it is closed itself. This view is the same Vert.x but for {@code close}.
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
