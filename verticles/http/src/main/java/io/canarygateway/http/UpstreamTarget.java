package io.canarygateway.http;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One upstream as one event loop sees it: a pool of connections for each address. A call goes to
 * that one of two random addresses that has fewer requests in flight on this event loop. Confined
 * to that event loop.
 */
public final class UpstreamTarget implements ConnectionWaiter.Queue, UpstreamLoop.Sweeper {

  /** A connection attempt may take this part of the timeout, so that others can follow. */
  private static final int MOST_ATTEMPTS_IN_TIME = 3;

  private static final UpstreamPool[] NONE = {};

  private final UpstreamLoop loop;
  private final EndpointSource source;
  private final TargetSettings settings;
  private final Runnable leave;
  private final RandomGenerator random = new SplittableRandom();
  private final Deadlines waits;
  private final Deadlines quiet;
  private final Map<Endpoint, UpstreamPool> pools = new HashMap<>();

  /** Calls that wait until the first address is known. The value is not used. */
  private final Map<ConnectionWaiter, Boolean> unresolved = new LinkedHashMap<>();

  private EndpointView seen = new EndpointView(List.of(), List.of(), 0, 0, Optional.empty());
  private UpstreamPool[] all = NONE;
  private UpstreamPool[] usable = NONE;
  private @Nullable UpstreamTarget forUpgrades;
  private boolean retired;

  /**
   * An upstream without connections yet.
   *
   * @param source knows the addresses
   * @param leave called once the target is retired
   */
  UpstreamTarget(
      UpstreamLoop loop, EndpointSource source, TargetSettings settings, Runnable leave) {
    this.loop = loop;
    this.source = source;
    this.settings = settings;
    this.leave = leave;
    this.waits = new Deadlines(settings.timeout().toNanos());
    this.quiet = new Deadlines(settings.quiet().toNanos());
    loop.add(this);
  }

  /** {@return the addresses, for metrics; any thread may read them} */
  public EndpointSource endpoints() {
    return source;
  }

  /**
   * Closes idle connections now, and each other connection after its call. Calls that still use the
   * target are served. A second call does nothing.
   */
  public void retire() {
    if (!retired) {
      retired = true;
      for (UpstreamPool pool : all) {
        pool.retire();
      }
      if (forUpgrades != null) {
        forUpgrades.retire();
      }
      leave.run();
    }
  }

  /**
   * The same upstream for requests that may change the protocol, which HTTP/2 has no way for. If
   * the upstream chooses between both versions, these requests go by HTTP/1.1.
   */
  UpstreamTarget forUpgrades() {
    if (settings.http2() != Http2Mode.AUTO) {
      return this;
    }
    if (forUpgrades == null) {
      forUpgrades = new UpstreamTarget(loop, source, settings.with(Http2Mode.OFF), () -> {});
    }
    return forUpgrades;
  }

  /**
   * Gets a connection for a call: an idle one at once, else a new one later.
   *
   * @param fresh whether the connection has to be a new one
   */
  void acquire(ConnectionWaiter call, boolean fresh) {
    look();
    if (usable.length > 0) {
      choose().acquire(call, fresh);
    } else if (seen.failure().isPresent()) {
      call.refused(new CallFailure(CallFailure.Kind.CONNECT, seen.failure().get()));
    } else if (unresolved.size() >= settings.maxConns()) {
      call.refused(new CallFailure(CallFailure.Kind.FULL, "too many requests wait for an address"));
    } else {
      unresolved.put(call, true);
      call.queued(this);
    }
  }

  /**
   * Gets a connection to another address for a call. Addresses that are out are tried last.
   *
   * @param tried the addresses that the call has tried
   * @return whether there is another address
   */
  boolean acquireOther(ConnectionWaiter call, List<Endpoint> tried) {
    look();
    for (UpstreamPool[] candidates : new UpstreamPool[][] {usable, all}) {
      int first = candidates.length == 0 ? 0 : random.nextInt(candidates.length);
      for (int i = 0; i < candidates.length; i++) {
        UpstreamPool pool = candidates[(first + i) % candidates.length];
        if (!tried.contains(pool.endpoint())) {
          pool.acquire(call, false);
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public void cancel(ConnectionWaiter call) {
    unresolved.remove(call);
  }

  /** The deadlines of calls that wait for the upstream to take or answer something. */
  Deadlines waits() {
    return waits;
  }

  /** The deadlines of calls whose response has begun. */
  Deadlines quiet() {
    return quiet;
  }

  long now() {
    return loop.now();
  }

  /** Whether a connection may be one of HTTP/2. */
  boolean mayUseHttp2() {
    return settings.mayUseHttp2();
  }

  /** Whether one timeout holds for the whole of a call. */
  boolean wholeCall() {
    return settings.wholeCall();
  }

  /** Checks deadlines again, if that has ended because the target is retired. */
  void deadlineBegun() {
    if (retired) {
      loop.add(this);
    }
  }

  @Override
  public void sweep(long now) {
    look();
    waits.sweep(now);
    quiet.sweep(now);
    for (UpstreamPool pool : all) {
      pool.sweep(now);
    }
    if (retired && waits.oldest() == null && quiet.oldest() == null) {
      loop.remove(this);
    }
  }

  /** Of two random pools the one with fewer requests in flight. */
  private UpstreamPool choose() {
    int count = usable.length;
    if (count == 1) {
      return usable[0];
    }
    int one = random.nextInt(count);
    int other = random.nextInt(count - 1);
    UpstreamPool first = usable[one];
    UpstreamPool second = usable[other < one ? other : other + 1];
    return second.inFlight() < first.inFlight() ? second : first;
  }

  /** Takes the newest addresses. */
  private void look() {
    EndpointView now = source.view();
    if (now != seen) {
      seen = now;
      take(now);
    }
  }

  private void take(EndpointView now) {
    int share = Math.max(1, now.all().size());
    int attempts = Math.min(share, MOST_ATTEMPTS_IN_TIME);
    for (Endpoint endpoint : now.all()) {
      UpstreamPool pool =
          pools.computeIfAbsent(endpoint, key -> new UpstreamPool(loop, settings, key));
      pool.limit(
          share(settings.maxConns(), share),
          share(settings.maxIdle(), share),
          settings.timeout().dividedBy(attempts));
      if (retired) {
        pool.retire();
      }
    }
    UpstreamPool[] before = all;
    all = pools(now.all());
    usable = pools(now.usable());
    pools.keySet().retainAll(now.all());
    for (UpstreamPool pool : before) {
      if (!pools.containsKey(pool.endpoint())) {
        pool.retire();
        pool.takeWaiting().forEach(call -> acquire(call, false));
      }
    }
    startUnresolved();
  }

  /** Lets calls go on that waited for the first address, or for the lookup's failure. */
  private void startUnresolved() {
    if (usable.length > 0 || seen.failure().isPresent()) {
      List<ConnectionWaiter> waited = List.copyOf(unresolved.keySet());
      unresolved.clear();
      waited.forEach(call -> acquire(call, false));
    }
  }

  private UpstreamPool[] pools(List<Endpoint> endpoints) {
    return endpoints.stream().map(pools::get).toArray(UpstreamPool[]::new);
  }

  private static int share(int total, int parts) {
    return (total + parts - 1) / parts;
  }
}
