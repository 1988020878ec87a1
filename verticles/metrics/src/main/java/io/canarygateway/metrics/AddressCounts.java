package io.canarygateway.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Events by the address that caused them, each address within its own minute, which begins with its
 * first event. Keeps the newest 1,000 addresses. All addresses of an IPv6 network of 64 bits count
 * as one, since one machine has all of them. On one context.
 */
final class AddressCounts {

  private static final int MAX_ADDRESSES = 1_000;
  private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int GROUPS_OF_NETWORK = 4;

  private static final class Window {
    final long beganNanos;
    int count;

    Window(long beganNanos) {
      this.beganNanos = beganNanos;
    }
  }

  private final LongSupplier nanoTime;
  private final Map<String, Window> windows =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  AddressCounts(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Counts one event.
   *
   * @return the events of the address within its minute, this one included
   */
  int add(String address) {
    long now = nanoTime.getAsLong();
    String network = network(address);
    Window window = windows.get(network);
    if (window == null || now - window.beganNanos >= WINDOW_NANOS) {
      windows.remove(network);
      window = new Window(now);
      windows.put(network, window);
    }
    return ++window.count;
  }

  /** Takes one event back. */
  void remove(String address) {
    Window window = windows.get(network(address));
    if (window != null && window.count > 0) {
      window.count--;
    }
  }

  /** The first four groups of an IPv6 address; an IPv4 address as it is. */
  private static String network(String address) {
    if (address.indexOf(':') < 0) {
      return address;
    }
    int skipped = address.indexOf("::");
    String[] groups = (skipped < 0 ? address : address.substring(0, skipped)).split(":");
    StringBuilder network = new StringBuilder();
    for (int i = 0; i < GROUPS_OF_NETWORK; i++) {
      network.append(i < groups.length && !groups[i].isEmpty() ? groups[i] : "0").append(':');
    }
    return network.toString();
  }
}
