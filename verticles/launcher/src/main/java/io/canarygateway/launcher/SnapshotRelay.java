package io.canarygateway.launcher;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.Settings;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.FlagReport;
import io.canarygateway.message.HealthReporter;
import io.canarygateway.message.NodeSnapshot;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source of settings in a process without a flag watcher. It follows one node that has a flag
 * watcher, and keeps the last settings while no such node answers. Shares of canary that DynamoDB
 * or a release has set are 0 then after {@code dynamodb.unhealthy}, as they are on nodes that
 * cannot read them.
 *
 * <p>Static settings come from this process's own document. The snapshots have revisions of their
 * own, because the revisions of two nodes cannot be compared.
 */
final class SnapshotRelay extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotRelay.class);
  private static final String COMPONENT = "flag-watcher";
  private static final long ASK_MS = 1_000;
  private static final DeliveryOptions ASK = new DeliveryOptions().setSendTimeout(3_000);

  private final FlagValues own;
  private @Nullable ConfigSnapshot current;
  private String node = "";
  private long nodeRevision;
  private HealthReporter health;
  private @Nullable ConfigException mismatch;

  /** What the followed node has sent. */
  private FlagValues followed;

  private long answeredNanos;

  @SuppressWarnings("NullAway.Init") // start() sets it.
  SnapshotRelay(FlagValues own) {
    this.own = own;
    this.followed = own;
  }

  /** Completes with the first settings, however long it takes until a node sends them. */
  @Override
  public Future<?> start() {
    health = new HealthReporter(vertx.eventBus());
    vertx
        .eventBus()
        .<NodeSnapshot>consumer(
            Addresses.CLUSTER_SNAPSHOT,
            message -> {
              if (message.body().node().equals(node)) {
                follow(message.body());
              }
            });
    return askUntilAnswered()
        .compose(
            found ->
                vertx
                    .eventBus()
                    .localConsumer(Addresses.SNAPSHOT_GET, message -> message.reply(current))
                    .completion())
        .compose(
            serving ->
                vertx.eventBus().localConsumer(Addresses.FLAGS_GET, this::flags).completion())
        .onSuccess(serving -> vertx.setPeriodic(ASK_MS, timer -> ask()));
  }

  /** Asks until a node answers. Fails if its settings do not fit this process's static ones. */
  private Future<?> askUntilAnswered() {
    return ask()
        .compose(
            answered -> {
              if (current != null) {
                return Future.succeededFuture();
              }
              return mismatch != null
                  ? Future.failedFuture(mismatch)
                  : vertx
                      .timer(ASK_MS, TimeUnit.MILLISECONDS)
                      .compose(elapsed -> askUntilAnswered());
            });
  }

  /** Asks the node that is followed; any node if there is none. */
  private Future<?> ask() {
    return vertx
        .eventBus()
        .<NodeSnapshot>request(Addresses.of(Addresses.CLUSTER_SNAPSHOT_GET, node), "", ASK)
        .map(Message::body)
        .onSuccess(
            answer -> {
              answeredNanos = System.nanoTime();
              if (!answer.node().equals(node)) {
                LOG.atInfo().addKeyValue("node", answer.node()).log("following another node");
                node = answer.node();
                nodeRevision = 0;
              }
              follow(answer);
            })
        .onFailure(
            cause -> {
              node = "";
              health.report(
                  COMPONENT,
                  Status.DEGRADED,
                  "no node with a flag watcher answers"
                      + (endShares() ? ", so no client is sent to canary: " : ": ")
                      + cause.getMessage());
            })
        .otherwiseEmpty();
  }

  /**
   * Sets canary's shares to 0 if their source has been unknown for too long.
   *
   * @return whether they are 0 for this reason
   */
  private boolean endShares() {
    ConfigSnapshot known = current;
    boolean overdue =
        System.nanoTime() - answeredNanos > LostShares.after(followed).toNanos()
            && LostShares.mayBeLost(followed);
    if (known == null || !overdue) {
      return false;
    }
    FlagValues ended = LostShares.end(known.values());
    try {
      if (!known.values().equals(ended)) {
        current = known.next(ended);
        vertx.eventBus().publish(Addresses.SNAPSHOT, current, Addresses.WITHIN_PROCESS);
      }
      return true;
    } catch (ConfigException e) {
      throw new IllegalStateException("a share of 0 fits all settings", e);
    }
  }

  private void follow(NodeSnapshot answer) {
    if (answer.revision() <= nodeRevision) {
      health.report(COMPONENT, Status.UP, "following node " + node);
      return;
    }
    followed = new FlagValues(answer.values());
    FlagValues values = withOwnStatics(followed);
    try {
      if (current == null || !current.values().equals(values)) {
        current = current == null ? ConfigSnapshot.of(1, values) : current.next(values);
        vertx.eventBus().publish(Addresses.SNAPSHOT, current, Addresses.WITHIN_PROCESS);
      }
      nodeRevision = answer.revision();
      health.report(COMPONENT, Status.UP, "following node " + node);
    } catch (ConfigException e) {
      mismatch = e;
      health.report(
          COMPONENT,
          Status.DEGRADED,
          "settings of node " + node + " do not fit: " + e.getMessage());
    }
  }

  /**
   * Replaces the static settings of another node by this process's own. Declared flags stay: the
   * other node declares them, and all are dynamic.
   */
  private FlagValues withOwnStatics(FlagValues theirs) {
    Map<String, String> texts = new TreeMap<>();
    theirs
        .texts()
        .forEach(
            (name, text) -> {
              if (!isOwn(name)) {
                texts.put(name, text);
              }
            });
    own.texts()
        .forEach(
            (name, text) -> {
              if (isOwn(name)) {
                texts.put(name, text);
              }
            });
    return new FlagValues(texts);
  }

  private static boolean isOwn(String name) {
    return Settings.registry().find(name).filter(flag -> !flag.dynamic()).isPresent()
        && !name.startsWith("flags.declare");
  }

  private void flags(Message<Object> question) {
    vertx
        .eventBus()
        .<FlagReport>request(Addresses.of(Addresses.CLUSTER_FLAGS_GET, node), "", ASK)
        .onSuccess(answer -> question.reply(answer.body()))
        .onFailure(cause -> question.fail(0, cause.getMessage()));
  }
}
