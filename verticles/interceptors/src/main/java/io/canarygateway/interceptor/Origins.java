package io.canarygateway.interceptor;

import io.canarygateway.message.InterceptedCall.Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The number of requests in flight to each address. Confined to one event loop. */
final class Origins {

  private final Map<Address, Integer> inFlight = new HashMap<>();

  /**
   * The places of addresses in the order in which to try them: of the first two, that with fewer
   * requests in flight comes first.
   */
  List<Integer> order(List<Address> addresses) {
    List<Integer> order = new ArrayList<>(addresses.size());
    for (int place = 0; place < addresses.size(); place++) {
      order.add(place);
    }
    if (order.size() > 1 && of(addresses.get(1)) < of(addresses.get(0))) {
      order.set(0, 1);
      order.set(1, 0);
    }
    return order;
  }

  private int of(Address address) {
    return inFlight.getOrDefault(address, 0);
  }

  void begun(Address address) {
    inFlight.merge(address, 1, Integer::sum);
  }

  void ended(Address address) {
    inFlight.computeIfPresent(address, (key, count) -> count > 1 ? count - 1 : null);
  }
}
