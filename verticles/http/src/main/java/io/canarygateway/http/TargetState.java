package io.canarygateway.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of one upstream and their state, for all event loops of the process. Changes happen
 * on one event loop, the keeper; the result is an immutable {@link EndpointView} that any thread
 * may read.
 */
final class TargetState implements EndpointSource {

  private static final Logger LOG = LoggerFactory.getLogger(TargetState.class);
  private static final int MOST_ENDPOINTS = 1_000;

  private record Key(Server server, InetSocketAddress address) {}

  private final TargetSettings settings;
  private final Map<Server, NameWatch> names;
  private final Executor keeper;
  private final LongSupplier clock;
  private final Consumer<EndpointSource> onEjection;
  private final Map<Key, Endpoint> endpoints = new LinkedHashMap<>();
  private final Ejections ejections = new Ejections();
  private final HealthChecks checks;
  private volatile EndpointView view;

  /** The number of event loops that use the target. Changed only in an atomic update of a map. */
  int users;

  /**
   * The state with the addresses that are known already.
   *
   * @param names the names among the servers
   * @param keeper runs tasks on the keeper
   * @param clock as {@link System#nanoTime}
   * @param checks makes the health checks
   * @param onEjection called on the keeper after each ejection
   */
  TargetState(
      TargetSettings settings,
      Map<Server, NameWatch> names,
      Executor keeper,
      LongSupplier clock,
      Function<TargetSettings, HealthChecks> checks,
      Consumer<EndpointSource> onEjection) {
    this.settings = settings;
    this.names = Map.copyOf(names);
    this.keeper = keeper;
    this.clock = clock;
    this.onEjection = onEjection;
    this.checks = checks.apply(settings);
    findEndpoints();
    this.view = compute();
  }

  TargetSettings settings() {
    return settings;
  }

  /** The names among the servers. */
  List<String> names() {
    return names.keySet().stream().map(Server::host).toList();
  }

  @Override
  public EndpointView view() {
    return view;
  }

  /** Checks all that depends on time. Called on the keeper. */
  void tick(long now) {
    boolean changed = false;
    for (Endpoint back : ejections.endDue(now)) {
      back.forgive(); // Requests that were in flight may have failed since.
      LOG.atInfo().addKeyValue("server", back).log("upstream address gets requests again");
      changed = true;
    }
    if (checks.tick(List.copyOf(endpoints.values()), now, this::publish) || changed) {
      publish();
    }
  }

  /** Takes what is known of the names now. Called on the keeper. */
  void namesChanged() {
    if (findEndpoints()) {
      LOG.atInfo()
          .addKeyValue("to", settings.name())
          .addKeyValue("addresses", endpoints.values())
          .log("upstream addresses changed");
    }
    publish();
  }

  /** Ends the health checks. Called on the keeper. */
  void close() {
    checks.close();
  }

  private void publish() {
    EndpointView now = compute();
    if (!now.equals(view)) {
      view = now;
    }
  }

  /**
   * Makes an endpoint for each address, and keeps those that exist. Returns whether any changed.
   */
  private boolean findEndpoints() {
    Map<Key, Endpoint> found = new LinkedHashMap<>();
    for (Server server : settings.servers()) {
      for (InetAddress ip : addresses(server)) {
        Key key = new Key(server, new InetSocketAddress(ip, server.port()));
        if (found.size() < MOST_ENDPOINTS && !found.containsKey(key)) {
          Endpoint known = endpoints.get(key);
          found.put(
              key, known == null ? new Endpoint(server, key.address(), this::suspect) : known);
        }
      }
    }
    if (found.keySet().equals(endpoints.keySet())) {
      return false; // Many name servers change the order of addresses each time.
    }
    endpoints.clear();
    endpoints.putAll(found);
    ejections.keep(List.copyOf(found.values()));
    return true;
  }

  private List<InetAddress> addresses(Server server) {
    NameWatch name = names.get(server);
    return name == null
        ? server.literal().map(List::of).orElseGet(List::of)
        : name.known().addresses();
  }

  private EndpointView compute() {
    List<Endpoint> all = List.copyOf(endpoints.values());
    List<Endpoint> up = new ArrayList<>();
    int ejected = 0;
    int unhealthy = 0;
    for (Endpoint each : all) {
      if (!checks.isHealthy(each)) {
        unhealthy++;
      } else if (ejections.isOut(each)) {
        ejected++;
      } else {
        up.add(each);
      }
    }
    return new EndpointView(
        all,
        up.isEmpty() ? all : up,
        ejected,
        unhealthy,
        all.isEmpty() ? failure() : Optional.empty());
  }

  /** The reason why no address is known, once each name was looked up. */
  private Optional<String> failure() {
    List<Optional<String>> failures =
        names.values().stream().map(name -> name.known().failure()).toList();
    return failures.stream().allMatch(Optional::isPresent)
        ? failures.stream().flatMap(Optional::stream).findFirst()
        : Optional.empty();
  }

  /** Ejects an address that failed often in a row. Any thread may call this. */
  private void suspect(Endpoint endpoint) {
    keeper.execute(() -> eject(endpoint));
  }

  private void eject(Endpoint endpoint) {
    long now = clock.getAsLong();
    if (endpoints.containsValue(endpoint) && ejections.eject(endpoint, endpoints.size(), now)) {
      endpoint.forgive();
      LOG.atWarn()
          .addKeyValue("server", endpoint)
          .addKeyValue("seconds", ejections.nanos(endpoint) / 1_000_000_000L)
          .log("upstream address ejected");
      publish();
      onEjection.accept(this);
    }
  }
}
