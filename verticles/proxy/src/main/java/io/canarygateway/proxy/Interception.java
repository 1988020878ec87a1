package io.canarygateway.proxy;

import io.canarygateway.http.Endpoint;
import io.canarygateway.http.EndpointSource;
import io.canarygateway.http.EndpointView;
import io.canarygateway.http.Server;
import io.canarygateway.http.UpstreamTarget;
import io.canarygateway.message.InterceptedCall;
import io.canarygateway.message.InterceptorServer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The way to one upstream through the route's interceptors: calls go to the {@link
 * InterceptorServer} of this process, with a header that says where they go from there. Confined to
 * its event loop.
 */
final class Interception {

  /** A request names at most so many addresses. */
  private static final int MOST_ADDRESSES = 8;

  /**
   * The part of one call.
   *
   * @param header the value of the header {@link InterceptedCall#HEADER}
   * @param endpoints the addresses that the header names; empty if none is known yet
   * @param server the server of the first one, for the {@code Host} header
   */
  record Route(String header, List<Endpoint> endpoints, Server server) {}

  private final UpstreamTarget target;
  private final EndpointSource source;
  private final Server first;
  private final String prefix;
  private final String byName;
  private final RandomGenerator random = new SplittableRandom();
  private EndpointView seen;
  private Route only;

  /**
   * The way to one upstream.
   *
   * @param target the interceptors' server
   * @param source the addresses of the upstream itself
   * @param servers the servers of the upstream
   * @param call what the server is told, with the servers by name
   */
  Interception(
      InterceptorServer server,
      UpstreamTarget target,
      EndpointSource source,
      List<Server> servers,
      InterceptedCall call) {
    this.target = target;
    this.source = source;
    this.first = servers.get(0);
    this.prefix = server.token() + " " + call.encodeSettings();
    this.byName = server.token() + " " + call.encode();
    this.seen = source.view();
    this.only = routeTo(seen.usable());
  }

  /** The connections to the interceptors' server. */
  UpstreamTarget target() {
    return target;
  }

  /**
   * Chooses the addresses of a call: two random ones that are usable, then all others. Of the first
   * two, the server takes the one with fewer requests in flight.
   */
  Route choose() {
    EndpointView now = source.view();
    if (now != seen) {
      seen = now;
      only = routeTo(now.usable());
    }
    return now.all().size() <= 1 ? only : routeTo(order(now));
  }

  private List<Endpoint> order(EndpointView view) {
    List<Endpoint> usable = new ArrayList<>(view.usable());
    List<Endpoint> order = new ArrayList<>(MOST_ADDRESSES);
    while (!usable.isEmpty() && order.size() < MOST_ADDRESSES) {
      order.add(takeRandom(usable));
    }
    for (Endpoint out : view.all()) {
      if (order.size() < MOST_ADDRESSES && !order.contains(out)) {
        order.add(out);
      }
    }
    return order;
  }

  /** Removes a random element by moving the last one to its place. */
  private Endpoint takeRandom(List<Endpoint> from) {
    int place = random.nextInt(from.size());
    Endpoint last = from.remove(from.size() - 1);
    return place == from.size() ? last : from.set(place, last);
  }

  private Route routeTo(List<Endpoint> endpoints) {
    if (endpoints.isEmpty()) {
      return new Route(byName, List.of(), first);
    }
    return new Route(
        prefix
            + endpoints.stream()
                .map(Interception::address)
                .map(InterceptedCall.Address::encode)
                .collect(Collectors.joining(",")),
        List.copyOf(endpoints),
        endpoints.get(0).server());
  }

  private static InterceptedCall.Address address(Endpoint endpoint) {
    Server server = endpoint.server();
    return new InterceptedCall.Address(
        server.host(),
        endpoint.address().getAddress().getHostAddress(),
        server.port(),
        server.authority());
  }
}
