package io.canarygateway.daemon;

import io.canarygateway.config.DaemonConfig;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.RouteConfig;
import io.canarygateway.message.ListenException;
import io.canarygateway.message.MeterReporter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of all routes. They are opened and closed one after the other, since they share a
 * temporary file name. On the verticle's context.
 */
final class DaemonSockets {

  private static final Logger LOG = LoggerFactory.getLogger(DaemonSockets.class);
  private static final String KEY = "daemon.socket";

  private final Vertx vertx;
  private final MeterRegistry registry;
  private final RouteShares shares;
  private final Supplier<SocketServer> servers;
  private final ConnectionLimit limit;
  private final SortedMap<String, DaemonSocket> open = new TreeMap<>();

  /** Why sockets are not open, by route. */
  private final SortedMap<String, String> faults = new TreeMap<>();

  private SortedMap<String, Path> wanted = new TreeMap<>();

  /** Made with the first socket, since it has threads. */
  private @Nullable SocketServer server;

  private boolean warm;
  private boolean starting = true;
  private boolean closing;

  /** Completes when the last change is done. */
  private Future<Void> work = Future.succeededFuture();

  /**
   * No sockets yet.
   *
   * @param servers makes the server of all sockets
   * @param limit the server's limit
   */
  DaemonSockets(
      Vertx vertx,
      MeterRegistry registry,
      RouteShares shares,
      ConnectionLimit limit,
      Supplier<SocketServer> servers) {
    this.vertx = vertx;
    this.registry = registry;
    this.shares = shares;
    this.limit = limit;
    this.servers = servers;
  }

  /** Takes the sockets that there have to be. */
  void use(DaemonConfig topLevel, GatewayConfig settings) {
    SortedMap<String, Path> next = new TreeMap<>();
    topLevel.socket().ifPresent(path -> next.put(RouteConfig.DEFAULT, path));
    for (RouteConfig route : settings.routes().named()) {
      route.daemonSocket().ifPresent(path -> next.put(route.name(), path));
    }
    wanted = next;
  }

  /**
   * Opens the socket of the top level, if there is one, then those of routes.
   *
   * @return fails with a {@link ListenException} if the socket of the top level cannot be opened
   */
  Future<Void> start() {
    Path topLevel = wanted.get(RouteConfig.DEFAULT);
    work =
        (topLevel == null ? Future.<Void>succeededFuture() : opening(RouteConfig.DEFAULT, topLevel))
            .compose(opened -> change());
    return work.onComplete(done -> starting = false);
  }

  /** Opens and closes sockets until they are those that there have to be. Never fails. */
  Future<Void> update() {
    work = work.transform(before -> change());
    return work;
  }

  private Future<Void> change() {
    Future<Void> done = Future.succeededFuture();
    faults.keySet().retainAll(wanted.keySet());
    for (Map.Entry<String, DaemonSocket> each : List.copyOf(open.entrySet())) {
      if (!each.getValue().path().equals(wanted.get(each.getKey()))) {
        open.remove(each.getKey());
        done = done.compose(before -> closed(each.getValue()));
      }
    }
    for (Map.Entry<String, Path> each : wanted.entrySet()) {
      if (!open.containsKey(each.getKey())) {
        done = done.compose(before -> opened(each.getKey(), each.getValue()));
      }
    }
    return done;
  }

  private Future<Void> closed(DaemonSocket socket) {
    socket.meters().close();
    return blocking(socket::close)
        .onFailure(cause -> LOG.warn("the socket file {} cannot be removed", socket.path(), cause))
        .otherwiseEmpty();
  }

  private Future<Void> opened(String route, Path path) {
    return closing
        ? Future.succeededFuture()
        : opening(route, path)
            .recover(
                cause -> {
                  String reason = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
                  if (!reason.equals(faults.put(route, reason))) {
                    LOG.atError()
                        .addKeyValue("route", route)
                        .addKeyValue("reason", reason)
                        .log("a socket of the daemon cannot be opened");
                  }
                  return Future.succeededFuture();
                });
  }

  private Future<Void> opening(String route, Path path) {
    SocketServer listener = server == null ? servers.get() : server;
    server = listener;
    SocketMeters meters = new SocketMeters(registry, route);
    RouteSocket answering =
        listener.socket(() -> new DaemonMetrics(meters, new MeterReporter(vertx)));
    String key = route.equals(RouteConfig.DEFAULT) ? KEY : "routes." + route + "." + KEY;
    DaemonSocket socket = new DaemonSocket(key, path, listener, answering, meters);
    shares.of(route).ifPresent(answering::share);
    boolean cold = !warm;
    boolean collecting = starting;
    return blocking(
            () ->
                socket.open(
                    bound -> {
                      if (cold) {
                        warmUp(bound, collecting);
                      }
                    }))
        .onSuccess(
            done -> {
              warm = true;
              faults.remove(route);
              open.put(route, socket);
              shares.of(route).ifPresent(answering::share);
            })
        .onFailure(cause -> meters.close());
  }

  /** A cold daemon answers too, only later at first. */
  private void warmUp(Path bound, boolean collecting) {
    try {
      new WarmUp(bound, limit).run(collecting);
    } catch (Exception e) {
      LOG.atDebug().setCause(e).log("the daemon could not warm up");
    }
  }

  /** Gives the sockets the shares of their routes. */
  void share() {
    open.forEach((route, socket) -> shares.of(route).ifPresent(socket.answering()::share));
  }

  /** Why sockets are not open, in the order of the routes. */
  List<String> faults() {
    return List.copyOf(faults.values());
  }

  /** The paths of the open sockets, in the order of the routes. */
  List<String> paths() {
    return open.values().stream().map(socket -> socket.path().toString()).toList();
  }

  /** Accepts no more connections; completes when all are answered, after two seconds at most. */
  Future<Void> close() {
    closing = true;
    return work.transform(
        done -> {
          List<DaemonSocket> last = List.copyOf(open.values());
          open.clear();
          SocketServer listener = server;
          return blocking(
              () -> {
                for (DaemonSocket socket : last) {
                  try {
                    socket.unpublish();
                  } catch (IOException e) {
                    LOG.warn("the socket file {} cannot be removed", socket.path(), e);
                  }
                }
                if (listener != null) {
                  listener.close();
                }
              });
        });
  }

  /** Blocking code that may fail. */
  private interface Blocking {
    void run() throws Exception;
  }

  private Future<Void> blocking(Blocking action) {
    return vertx.executeBlocking(
        () -> {
          action.run();
          return null;
        });
  }
}
