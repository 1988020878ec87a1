package io.canarygateway.http;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The upstreams of a process: it looks names up, ejects addresses that fail, and checks their
 * health, once for all event loops. Thread-safe; its work runs on the event loop that accepts
 * connections.
 */
public final class UpstreamDirectory {

  private static final long TICK_MS = 50;

  private final Sockets sockets;
  private final NameServers servers;
  private final LongSupplier clock;
  private final Consumer<EndpointSource> onEjection;
  private final Map<TargetSettings, TargetState> targets = new ConcurrentHashMap<>();
  private final Map<String, NameWatch> names = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable EventLoop> keeper = new AtomicReference<>();

  /** The connections of health checks. Confined to the keeper. */
  private @Nullable UpstreamLoop checkLoop;

  /** The regular work; null while there is no upstream. Confined to the keeper. */
  private @Nullable ScheduledFuture<?> ticking;

  /**
   * A directory without upstreams yet.
   *
   * @param sockets the factory of sockets
   * @param servers the name servers
   * @param clock as {@link System#nanoTime}
   * @param onEjection called after each ejection of an address, with the upstream's addresses
   */
  public UpstreamDirectory(
      Sockets sockets,
      NameServers servers,
      LongSupplier clock,
      Consumer<EndpointSource> onEjection) {
    this.sockets = sockets;
    this.servers = servers;
    this.clock = clock;
    this.onEjection = onEjection;
  }

  /**
   * Opens an upstream on one event loop, which is to call {@link UpstreamTarget#retire} at the end.
   *
   * @param loop the event loop
   * @param settings the settings; the state of addresses is shared by all that have the same ones
   * @return the upstream, without connections yet
   */
  public UpstreamTarget open(UpstreamLoop loop, TargetSettings settings) {
    return new UpstreamTarget(loop, join(settings), settings, () -> leave(settings));
  }

  /** Adds a user of an upstream. The same settings give the same object. */
  private EndpointSource join(TargetSettings settings) {
    TargetState state =
        Objects.requireNonNull(
            targets.compute(
                settings,
                (key, known) -> {
                  TargetState joined = known == null ? newState(key) : known;
                  joined.users++;
                  return joined;
                }));
    keeper()
        .execute(
            () -> {
              state.namesChanged(); // A lookup may have ended while the state was made.
              tickRegularly();
            });
    return state;
  }

  /** Removes a user of an upstream. After the last one, its names are not looked up any more. */
  private void leave(TargetSettings settings) {
    targets.computeIfPresent(
        settings,
        (key, state) -> {
          state.users--;
          if (state.users > 0) {
            return state;
          }
          state.names().forEach(this::leaveName);
          keeper().execute(state::close);
          return null;
        });
  }

  private TargetState newState(TargetSettings settings) {
    Map<Server, NameWatch> watches = new HashMap<>();
    for (Server server : settings.servers()) {
      if (server.literal().isEmpty()) {
        watches.computeIfAbsent(server, key -> joinName(key.host()));
      }
    }
    return new TargetState(
        settings,
        watches,
        keeper(),
        clock,
        key -> new HealthChecks(key, this::checkLoop),
        onEjection);
  }

  private NameWatch joinName(String name) {
    return Objects.requireNonNull(
        names.compute(
            name,
            (key, known) -> {
              NameWatch watch =
                  known == null ? new NameWatch(key, servers, this::namesChanged) : known;
              watch.users++;
              return watch;
            }));
  }

  private void leaveName(String name) {
    names.computeIfPresent(name, (key, watch) -> --watch.users > 0 ? watch : null);
  }

  /** The event loop that does the work. */
  private EventLoop keeper() {
    EventLoop loop = keeper.get();
    if (loop == null) {
      keeper.compareAndSet(null, sockets.acceptorLoop());
      loop = Objects.requireNonNull(keeper.get());
    }
    return loop;
  }

  private UpstreamLoop checkLoop() {
    if (checkLoop == null) {
      checkLoop = new UpstreamLoop(keeper(), sockets, new AtomicInteger(), () -> false, clock);
    }
    return checkLoop;
  }

  private void tickRegularly() {
    tick();
    if (ticking == null) {
      ticking = keeper().scheduleAtFixedRate(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }
  }

  private void tick() {
    try {
      long now = clock.getAsLong();
      names.values().forEach(name -> name.tick(keeper(), now));
      targets.values().forEach(target -> target.tick(now));
    } catch (RuntimeException e) {
      InternalErrors.log(e); // A regular task that throws would not run again.
    }
    if (targets.isEmpty() && ticking != null) {
      ticking.cancel(false);
      ticking = null;
    }
  }

  private void namesChanged() {
    targets.values().forEach(TargetState::namesChanged);
  }
}
