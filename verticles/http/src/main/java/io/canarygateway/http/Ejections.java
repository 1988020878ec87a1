package io.canarygateway.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The passive ejection of an upstream's addresses, after Envoy's outlier detection: an address that
 * failed too often in a row gets no requests for 30 s times the number of its ejections, at most
 * 300 s. Each 30 s that it then stays take one from that number. At most half of the addresses are
 * out at the same time. Confined to one event loop.
 */
final class Ejections {

  static final long BASE_NANOS = 30_000_000_000L;
  private static final int MOST_TIMES = 10;

  /** An address that was ejected at least once. */
  private static final class Ejected {
    private int times;
    private long sinceNanos;
    private boolean out;
  }

  private final Map<Endpoint, Ejected> ejected = new HashMap<>();

  /**
   * Ejects an address, unless it is out or too many are.
   *
   * @param total the number of the upstream's addresses
   * @return whether the address is out since now
   */
  boolean eject(Endpoint endpoint, int total, long now) {
    long out = ejected.values().stream().filter(each -> each.out).count();
    Ejected each = ejected.computeIfAbsent(endpoint, key -> new Ejected());
    if (each.out || (out + 1) * 2 > total) {
      return false;
    }
    long stayed = each.times == 0 ? 0 : (now - each.sinceNanos) / BASE_NANOS;
    each.times = (int) Math.min(MOST_TIMES, Math.max(0, each.times - stayed) + 1);
    each.sinceNanos = now;
    each.out = true;
    return true;
  }

  /** How long the current or last ejection of an address lasts, in nanoseconds. */
  long nanos(Endpoint endpoint) {
    Ejected each = ejected.get(endpoint);
    return each == null ? 0 : each.times * BASE_NANOS;
  }

  boolean isOut(Endpoint endpoint) {
    Ejected each = ejected.get(endpoint);
    return each != null && each.out;
  }

  /** Ends each ejection that has lasted long enough, and returns its address. */
  List<Endpoint> endDue(long now) {
    List<Endpoint> back = new ArrayList<>();
    ejected.forEach(
        (endpoint, each) -> {
          if (each.out && now - each.sinceNanos >= each.times * BASE_NANOS) {
            each.out = false;
            each.sinceNanos = now;
            back.add(endpoint);
          }
        });
    return back;
  }

  /** Forgets each address that is not among these. */
  void keep(List<Endpoint> all) {
    ejected.keySet().retainAll(all);
  }
}
