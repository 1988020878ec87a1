package io.canarygateway.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.config.ClusterConfig;
import io.canarygateway.config.ClusterLimits;
import io.canarygateway.config.ConfigException;
import io.canarygateway.config.ConfigReader;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.decision.Admission;
import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.Reservation;
import io.canarygateway.store.StateKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routes with leases of one node, which come and go, in simulated time. */
class AllLimitsTest {

  private static final BreakerLimits TEN = new BreakerLimits(10, 0);
  private static final StateKey SHOP = StateKey.routeBreaker("prod", "shop", "");

  private final SimulatedTime time = new SimulatedTime();
  private final SimulatedTime.OfNode timing = time.new OfNode();
  private final SimulatedStore store = new SimulatedStore(time, new Random(7));
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Map<String, String> routes = new LinkedHashMap<>();
  private AllLimits<LeasedBreaker> limits;

  @BeforeEach
  void start() {
    LeaseEngine engine =
        new LeaseEngine(
            new BreakerConfig(
                "node",
                Optional.of(ClusterLimits.ETCD),
                "prod",
                3,
                new ClusterConfig.Place(0, false),
                "app",
                new BreakerConfig.Route("", "app"),
                Optional.empty(),
                Optional.empty(),
                true));
    engine.open(timing, store.of(timing));
    limits = new AllLimits<>(engine, registry);
    tick();
  }

  private void tick() {
    limits.tick(time.nanoTime());
    limits.check(time.nanoTime());
    timing.after(100, this::tick);
  }

  private void limited(String route, String more) {
    routes.put(route, "\"circuit-breaker\": {\"request-limit-canary\": 10}" + more);
  }

  private void use() throws ConfigException {
    String all =
        routes.entrySet().stream()
            .map(
                route ->
                    """
                    "%1$s": {"match": {"path": {"prefix": "/%1$s"}}, "main-target": "http://m",
                     "canary-target": "http://c"%2$s}
                    """
                        .formatted(
                            route.getKey(),
                            route.getValue().isEmpty() ? "" : ", " + route.getValue()))
            .collect(Collectors.joining(", "));
    GatewayConfig config =
        GatewayConfig.of(
            ConfigReader.read(
                "{\"main-target\": \"http://m\", \"canary-target\": \"http://c\", \"routes\": {"
                    + all
                    + "}}"));
    limits.use(config.routes(), time.nanoTime());
    time.pass(1_000);
  }

  private Breaker breaker(String route) {
    return limits.breakers().of(route);
  }

  private int admitted(String route) {
    int count = 0;
    while (breaker(route).admit(TEN) instanceof Admission.Granted granted) {
      granted.reservation().settle(false);
      count++;
      time.pass(50);
    }
    return count;
  }

  private LeaseRecord record(StateKey key) {
    return LeaseRecord.of(store.state(key).text());
  }

  @Test
  void eachRouteHasItsOwnRecord() throws ConfigException {
    limited("shop", "");
    limited("cart", ", \"application\": \"shop\"");
    limited("app", "");
    use();
    assertThat(store.keys())
        .containsExactlyInAnyOrder(
            SHOP,
            StateKey.routeBreaker("prod", "shop", "cart", ""),
            StateKey.routeBreaker("prod", "app", "app", ""));
    assertThat(store.keys().stream().map(key -> key.application() + " " + key.version()))
        .as("items of DynamoDB")
        .containsExactlyInAnyOrder("shop breaker:", "shop breaker/cart:", "app breaker/app:");
    assertThat(admitted("shop")).isEqualTo(10);
    assertThat(admitted("cart")).isEqualTo(10);
    assertThat(record(SHOP).requests()).isEqualTo(10);
  }

  @Test
  void aRouteWithoutALimitCostsNothing() throws ConfigException {
    routes.put("shop", "");
    use();
    assertThat(store.keys()).isEmpty();
    assertThat(store.watched()).isEmpty();
    assertThat(breaker("shop").admit(BreakerLimits.OFF)).isInstanceOf(Admission.Granted.class);
    assertThat(registry.find("gateway_breaker_tripped").tag("route", "shop").gauge()).isNull();
    assertThat(registry.find("gateway_breaker_tripped").tag("route", "").gauge()).isNotNull();
  }

  @Test
  void aRouteThatIsAddedLiveGetsItsLeaseAndReturnsItWhenItIsRemoved() throws ConfigException {
    use();
    limited("shop", "");
    use();
    assertThat(store.watched()).containsExactly(SHOP);
    assertThat(registry.find("gateway_breaker_lease_requests").tag("route", "shop").gauge())
        .isNotNull();
    Reservation inFlight = Admissions.granted(breaker("shop").admit(TEN));
    Breaker before = breaker("shop");
    routes.clear();
    use();
    assertThat(store.watched()).as("a request is in flight").containsExactly(SHOP);
    assertThat(registry.find("gateway_breaker_lease_requests").tag("route", "shop").gauge())
        .isNull();
    inFlight.settle(false);
    time.pass(500);
    assertThat(store.watched()).isEmpty();
    assertThat(record(SHOP).requests()).as("used").isEqualTo(1);
    assertThat(before.admit(TEN)).isEqualTo(new Admission.Refused(DecisionReason.NOT_LEASED));
    limited("shop", "");
    use();
    assertThat(breaker("shop")).isSameAs(before);
    assertThat(admitted("shop")).as("the store has kept the count").isEqualTo(9);
  }

  @Test
  void aRouteThatIsBackBeforeItsRequestsEndedKeepsItsLease() throws ConfigException {
    limited("shop", "");
    use();
    Reservation inFlight = Admissions.granted(breaker("shop").admit(TEN));
    routes.clear();
    use();
    limited("shop", "");
    use();
    assertThat(breaker("shop").inFlight()).isEqualTo(1);
    inFlight.settle(true);
    assertThat(breaker("shop").errors()).isEqualTo(1);
    assertThat(admitted("shop")).isEqualTo(9);
    assertThat(registry.find("gateway_breaker_tripped").tag("route", "shop").gauge()).isNotNull();
  }

  @Test
  void requestsThatDoNotEndKeepALeaseForTenSeconds() throws ConfigException {
    limited("shop", "");
    use();
    Admissions.granted(breaker("shop").admit(TEN));
    routes.clear();
    use();
    time.pass(8_000);
    assertThat(store.watched()).containsExactly(SHOP);
    time.pass(3_000);
    assertThat(store.watched()).isEmpty();
    assertThat(record(SHOP).requests()).isEqualTo(1);
  }

  @Test
  void anotherApplicationHasOtherCounts() throws ConfigException {
    limited("shop", "");
    use();
    assertThat(admitted("shop")).isEqualTo(10);
    limited("shop", ", \"application\": \"cart\"");
    use();
    assertThat(store.watched()).containsExactly(StateKey.routeBreaker("prod", "cart", "shop", ""));
    assertThat(admitted("shop")).isEqualTo(10);
    limited("shop", "");
    use();
    assertThat(admitted("shop")).isZero();
  }

  @Test
  void troublesAndTripsNameTheirRoutes() throws ConfigException {
    limited("shop", "");
    limited("cart", "");
    use();
    assertThat(admitted("shop")).isEqualTo(10);
    time.pass(1_000);
    assertThat(limits.details()).containsExactly("shop: canary request limit reached: 10 of 10");
    assertThat(limits.trips().requests()).containsExactly("shop");
    assertThat(limits.troubles()).isEmpty();
    store.lose(100);
    admitted("cart");
    time.pass(3_000);
    assertThat(limits.troubles())
        .containsExactly(
            "cart, shop: simulated cannot be used, so canary gets only what is leased already: lost");
  }

  @Test
  void theEndReturnsTheLeasesOfAllRoutes() throws ConfigException {
    limited("shop", "");
    limited("cart", "");
    use();
    limits.stop();
    time.pass(1_000);
    assertThat(store.watched()).isEmpty();
    assertThat(record(SHOP).requests()).isZero();
  }
}
