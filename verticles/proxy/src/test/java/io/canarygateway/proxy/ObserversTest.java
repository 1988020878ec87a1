package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Observers of observers pass each call on. */
class ObserversTest {

  private final List<String> calls = new ArrayList<>();

  static Method[] calls() {
    return RequestObserver.class.getDeclaredMethods();
  }

  private RequestObserver named(String name) {
    return (RequestObserver)
        Proxy.newProxyInstance(
            RequestObserver.class.getClassLoader(),
            new Class<?>[] {RequestObserver.class},
            (proxy, method, arguments) -> {
              calls.add(name + " " + method.getName());
              return null;
            });
  }

  private static Object[] arguments(Method call) {
    List<Object> arguments = new ArrayList<>();
    for (Class<?> each : call.getParameterTypes()) {
      arguments.add(
          each == long.class
              ? Long.valueOf(1)
              : each == int.class
                  ? Integer.valueOf(1)
                  : each == boolean.class ? Boolean.TRUE : null);
    }
    return arguments.toArray();
  }

  @ParameterizedTest
  @MethodSource("calls")
  void eachCallIsPassedOn(Method call) throws Exception {
    call.invoke(new Observers(named("a"), named("b")), arguments(call));
    call.invoke(new PassingObserver(named("c")) {}, arguments(call));
    assertThat(calls)
        .containsExactly("a " + call.getName(), "b " + call.getName(), "c " + call.getName());
  }
}
