package io.canarygateway.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.decision.Breaker;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RouteBreakersTest {

  private final RouteBreakers<CircuitBreaker> breakers =
      new RouteBreakers<>(() -> new CircuitBreaker(System::nanoTime));

  private static Set<String> names(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "r" + i).collect(Collectors.toSet());
  }

  @Test
  void eachRouteHasItsOwnBreaker() {
    assertThat(breakers.of("")).isSameAs(breakers.of("")).isNotSameAs(breakers.of("shop"));
  }

  @Test
  void aRouteThatComesBackHasTheSameBreaker() {
    Breaker shop = breakers.of("shop");
    breakers.retain(Set.of("", "shop"));
    breakers.retain(Set.of(""));
    assertThat(breakers.of("shop")).isSameAs(shop);
    breakers.retain(Set.of("", "shop"));
    assertThat(breakers.of("shop")).isSameAs(shop);
  }

  @Test
  void theLongestGoneAreDroppedBeyondTheLimit() {
    Breaker first = breakers.of("first");
    breakers.retain(Set.of());
    Breaker second = breakers.of("second");
    breakers.retain(Set.of());
    Breaker present = breakers.of("present");
    names(0, RouteBreakers.MOST_GONE - 1).forEach(breakers::of);
    breakers.retain(Set.of("present"));
    assertThat(breakers.of("second")).as("10,000 are gone").isSameAs(second);
    assertThat(breakers.of("first")).as("dropped, so made anew").isNotSameAs(first);
    assertThat(breakers.of("present")).isSameAs(present);
  }

  @Test
  void aRouteThatCameBackIsNotAmongTheLongestGone() {
    Breaker shop = breakers.of("shop");
    breakers.retain(Set.of());
    breakers.retain(Set.of("shop"));
    names(0, RouteBreakers.MOST_GONE - 1).forEach(breakers::of);
    Set<String> present = new HashSet<>();
    breakers.retain(Set.of("shop"));
    breakers.retain(present);
    assertThat(breakers.of("shop")).isSameAs(shop);
  }

  @Test
  void manyThreadsGetTheSameBreaker() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int i = 0; i < 200; i++) {
        String route = "r" + i;
        Callable<Breaker> asking = () -> breakers.of(route);
        Set<Breaker> found = new HashSet<>();
        for (Future<Breaker> each : threads.invokeAll(List.of(asking, asking, asking, asking))) {
          found.add(each.get());
        }
        assertThat(found).hasSize(1);
      }
    } finally {
      threads.shutdown();
    }
  }
}
