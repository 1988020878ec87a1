package io.canarygateway.launcher;

import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.spi.cluster.ClusterManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/** The maps of a cluster as a node has them that reaches no other node while they are broken. */
final class BrokenMaps {

  private final ClusterManager engine;
  private final AtomicBoolean broken;

  BrokenMaps(ClusterManager engine, AtomicBoolean broken) {
    this.engine = engine;
    this.broken = broken;
  }

  /** The engine, but for its maps. */
  ClusterManager manager() {
    return proxy(
        ClusterManager.class,
        (method, arguments) -> {
          if (method.getName().equals("getAsyncMap")) {
            getMap((String) arguments[0], (Completable<?>) arguments[1]);
            return null;
          }
          return invoke(engine, method, arguments);
        });
  }

  @SuppressWarnings("unchecked")
  private void getMap(String name, Completable<?> wanted) {
    if (broken.get()) {
      wanted.fail("broken by the test");
      return;
    }
    Completable<AsyncMap<?, ?>> promise = (Completable<AsyncMap<?, ?>>) wanted;
    engine.getAsyncMap(
        name, (map, failure) -> promise.complete(failure == null ? breakable(map) : null, failure));
  }

  private AsyncMap<?, ?> breakable(AsyncMap<?, ?> map) {
    return proxy(
        AsyncMap.class,
        (method, arguments) ->
            broken.get() && method.getReturnType() == Future.class
                ? Future.failedFuture("broken by the test")
                : invoke(map, method, arguments));
  }

  private interface Call {
    Object answer(Method method, Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> call.answer(method, arguments)));
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
