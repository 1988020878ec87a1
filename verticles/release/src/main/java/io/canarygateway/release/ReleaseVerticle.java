package io.canarygateway.release;

import io.canarygateway.config.RouteConfig;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.HealthReporter;
import io.canarygateway.message.NodeScores;
import io.canarygateway.message.ReleaseCommand;
import io.canarygateway.message.ReleaseReports;
import io.canarygateway.message.ReleaseScores;
import io.canarygateway.message.ReleaseVerdict;
import io.canarygateway.message.ReleaseWeights;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.canarygateway.snapshot.SnapshotSubscription;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The releases of one process: it counts the outcomes of requests, judges the evidence, and tells
 * the flag watcher canary's share. In a cluster all nodes count together. A process without a flag
 * watcher only sends its outcomes to the others.
 *
 * <p>One instance in each process. It is deployed before the proxies and undeployed after them,
 * which writes what was counted.
 */
public final class ReleaseVerticle extends VerticleBase {

  private static final long TICK_MS = 25;
  private static final int TICKS_PER_MESSAGE = 2;

  private final ReleasesConfig config;
  private final MeterRegistry registry;
  private Releases releases;
  private NodeExchange exchange;
  private SentClients sent;
  private ReleaseHealth health;
  private Map<String, String> versions = Map.of();
  private ReleaseWeights published = ReleaseWeights.NONE;
  private ThisNode thisNode;
  private long ticks;
  private @Nullable Counter dropped;
  private boolean hasReleases;

  @SuppressWarnings("NullAway.Init") // The other fields are set by start.
  private ReleaseVerticle(ReleasesConfig config, MeterRegistry registry) {
    this.config = config;
    this.registry = registry;
  }

  /**
   * Makes the verticle of a process.
   *
   * @param config the settings
   * @param registry the registry of the releases' metrics
   * @return the verticle
   */
  public static ReleaseVerticle create(ReleasesConfig config, MeterRegistry registry) {
    return new ReleaseVerticle(config, registry);
  }

  @Override
  public Future<?> start() {
    EventBus bus = vertx.eventBus();
    health = new ReleaseHealth(new HealthReporter(bus));
    exchange = new NodeExchange(bus, config.node(), config.judging());
    sent = new SentClients(System.nanoTime());
    thisNode = new ThisNode(config, exchange.heard(), this::announce, this::publish);
    releases = new Releases(config, () -> config.open(vertx), registry, thisNode);
    bus.<ReleaseScores>localConsumer(Addresses.RELEASE_SCORES, message -> add(message.body()));
    bus.<ReleaseVerdict>consumer(
        Addresses.CLUSTER_RELEASE_VERDICTS, message -> follow(message.body()));
    if (config.judging()) {
      bus.localConsumer(Addresses.RELEASE_WEIGHTS_GET, message -> message.reply(published));
      bus.consumer(Addresses.RELEASES_GET, message -> message.reply(releases.reports()));
      bus.<ReleaseCommand>consumer(Addresses.RELEASE_COMMAND, this::command);
    }
    if (config.clustered() && config.judging()) {
      bus.<NodeScores>consumer(
          Addresses.CLUSTER_RELEASE_SCORES, message -> receive(message.body()));
    }
    return SnapshotSubscription.start(vertx, this::use)
        .onSuccess(subscribed -> vertx.setPeriodic(TICK_MS, timer -> tick()));
  }

  @Override
  public Future<?> stop() {
    if (releases == null) { // Start has failed.
      return Future.succeededFuture();
    }
    releases.hurry();
    return LastWrite.settled(vertx, releases::isSettled).compose(done -> releases.stop());
  }

  private void use(ConfigSnapshot snapshot) {
    thisNode.revision(snapshot.revision());
    List<RouteConfig> routes = snapshot.config().routes().all();
    Map<String, String> newVersions = new TreeMap<>();
    routes.stream()
        .filter(route -> route.release().isSet())
        .forEach(route -> newVersions.put(route.name(), route.release().version()));
    versions = newVersions;
    if (!hasReleases && config.judging()) {
      FirstRevert.rehearse(vertx, routes);
    }
    hasReleases = hasReleases || !versions.isEmpty();
    exchange.use(versions);
    if (config.judging()) {
      releases.use(routes);
      publish();
    }
  }

  private void add(ReleaseScores scores) {
    if (config.clustered()) {
      long now = System.nanoTime();
      scores
          .routes()
          .forEach(route -> exchange.add(scores.source(), route, filter(route.route()), now));
    }
    releases.add(scores);
  }

  /** What of a route other nodes need to know. */
  private Outbox.Filter filter(String route) {
    if (!config.judging()) {
      long now = System.nanoTime();
      return (client, outcome) -> sent.add(route, client, outcome, now);
    }
    return releases
        .find(route)
        .filter(RouteRelease::isCounting)
        .<Outbox.Filter>map(release -> release.scores()::concerns)
        .orElse((client, outcome) -> true);
  }

  private void receive(NodeScores scores) {
    boolean joined =
        exchange.receive(
            scores,
            (route, version) ->
                releases
                    .find(route, version)
                    .filter(RouteRelease::isCounting)
                    .map(RouteRelease::scores),
            System.nanoTime());
    if (joined) {
      releases.joined();
    }
  }

  private void follow(ReleaseVerdict verdict) {
    sent.forget(verdict.route());
    if (!verdict.node().equals(config.node()) && ForeignVerdicts.isRevert(verdict)) {
      releases
          .find(verdict.route(), verdict.version())
          .ifPresent(release -> ForeignVerdicts.follow(verdict, release));
    }
  }

  private void command(Message<ReleaseCommand> message) {
    ReleaseCommand command = message.body();
    releases
        .find(command.route())
        .map(release -> new Commands(thisNode).run(release, command))
        .orElseGet(
            () ->
                Future.failedFuture(
                    Commands.reply(
                        ReleaseCommand.NOT_FOUND,
                        Words.route(command.route()) + " has no release")))
        .onComplete(
            done -> {
              if (done.succeeded()) {
                message.reply(
                    releases
                        .find(command.route())
                        .map(release -> new ReleaseReports(List.of(Reports.of(release))))
                        .orElse(new ReleaseReports(List.of())));
              } else {
                ReplyException failure = (ReplyException) done.cause();
                message.fail(failure.failureCode(), failure.getMessage());
              }
            });
  }

  private void tick() {
    ticks++;
    if (config.clustered() && !versions.isEmpty() && ticks % TICKS_PER_MESSAGE == 0) {
      exchange.send(System.nanoTime());
    }
    if (config.judging() && !releases.isEmpty()) {
      releases.tick();
      publish();
    }
    if (hasReleases) {
      report();
    }
  }

  private void announce(ReleaseVerdict verdict) {
    releases.decided(verdict.route(), verdict.verdict());
    vertx.eventBus().publish(Addresses.CLUSTER_RELEASE_VERDICTS, verdict);
  }

  private void publish() {
    ReleaseWeights weights = releases.weights();
    if (!weights.equals(published)) {
      published = weights;
      vertx.eventBus().publish(Addresses.RELEASE_WEIGHTS, weights, Addresses.WITHIN_PROCESS);
    }
  }

  private void report() {
    Counter counter = dropped;
    if (counter == null) { // A process without releases does not show it.
      counter =
          Counter.builder("gateway_release_dropped")
              .description("Outcomes of requests that releases did not count, of both arms alike")
              .register(registry);
      dropped = counter;
    }
    counter.increment(releases.dropped() + exchange.dropped() - counter.count());
    health.report(releases.all());
  }
}
