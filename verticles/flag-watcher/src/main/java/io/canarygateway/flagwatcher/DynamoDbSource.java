package io.canarygateway.flagwatcher;

import io.canarygateway.config.DynamoDbConfig;
import io.canarygateway.flags.Flag;
import io.canarygateway.message.ComponentHealth.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;

/**
 * The rollouts in DynamoDB, as maxwells-daemon reads them: both every {@code delay}. A version
 * without a good reading for {@code unhealthy} is unhealthy: its rollout counts as 0, not as
 * removed, until a good reading heals it. The maintenance rollout stays as it was. Where the table
 * has a stream, a change there is read at once; the reading itself stays the truth. On one context.
 */
final class DynamoDbSource {

  private static final String CANARY_FLAG = "rollout.canary";
  private static final String MAINTENANCE_FLAG = "rollout.maintenance";
  private static final long FIRST_TIMEOUT_MS = 3_500;
  private static final long CHECK_MS = 100;

  private final Vertx vertx;
  private final Context context;
  private final DynamoDbConfig config;
  private final FlagStore store;
  private final FlagSink sink;
  private final Counter succeeded;
  private final Counter failed;
  private DynamoDbClients clients;
  private DynamoDbStream stream;

  /** When the canary's rollout was last read well; null if never. */
  private Long goodAtNanos;

  private boolean reading;
  private boolean readAgain;
  private boolean closed;

  DynamoDbSource(
      Vertx vertx, DynamoDbConfig config, FlagStore store, FlagSink sink, MeterRegistry registry) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.config = config;
    this.store = store;
    this.sink = sink;
    this.succeeded = updates(registry, "success");
    this.failed = updates(registry, "failure");
  }

  private static Counter updates(MeterRegistry registry, String result) {
    return Counter.builder("gateway_rollout_updates")
        .description("Readings of a rollout in DynamoDB")
        .tag("result", result)
        .register(registry);
  }

  /**
   * Makes a first reading before the gateway runs.
   *
   * @return the changes; without a good reading the rollout is 0
   */
  Future<List<Change>> initialise() {
    return vertx
        .executeBlocking(() -> DynamoDbClients.open(config), false)
        .compose(
            opened -> {
              clients = opened;
              return ask().timeout(FIRST_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            })
        .map(response -> changes(good(response)))
        .recover(
            cause -> {
              down(cause);
              return Future.succeededFuture(changes(Map.of()));
            });
  }

  /** Goes on reading. */
  void start() {
    vertx.setPeriodic(config.delay().toMillis(), timer -> read());
    // Besides, since an answer may take longer to fail than a reading may be old.
    vertx.setPeriodic(CHECK_MS, timer -> check());
    if (config.streams() && clients != null) {
      stream = new DynamoDbStream(vertx, context, clients, config, this::read);
      stream.start();
    }
  }

  private Future<BatchGetItemResponse> ask() {
    return DynamoDbClients.call(
        vertx, context, () -> clients.table().batchGetItem(RolloutReading.request(config)));
  }

  /** Reads now; asked again meanwhile, once more afterwards. */
  private void read() {
    if (closed) {
      return;
    }
    if (clients == null) {
      vertx
          .executeBlocking(() -> DynamoDbClients.open(config), false)
          .onSuccess(
              opened -> {
                clients = opened;
                read();
              })
          .onFailure(this::missed);
      return;
    }
    if (reading) {
      readAgain = true;
      return;
    }
    reading = true;
    ask()
        .onSuccess(response -> sink.apply(changes(good(response)), false))
        .onFailure(this::missed)
        .onComplete(
            done -> {
              reading = false;
              if (readAgain) {
                readAgain = false;
                read();
              }
            });
  }

  private void check() {
    if (!closed && unhealthy(System.nanoTime())) {
      sink.apply(changes(Map.of()), false);
    }
  }

  private void missed(Throwable cause) {
    if (!closed) {
      failed.increment(2);
      sink.apply(changes(Map.of()), false);
      down(cause);
    }
  }

  private Map<String, String> good(BatchGetItemResponse response) {
    List<Map<String, AttributeValue>> items =
        response.responses().getOrDefault(config.table(), List.of());
    Map<String, String> good = RolloutReading.good(items);
    for (String version : List.of(RolloutReading.CANARY, RolloutReading.MAINTENANCE)) {
      (good.containsKey(version) ? succeeded : failed).increment();
    }
    if (good.containsKey(RolloutReading.CANARY)) {
      sink.synced(Layer.DYNAMODB);
      sink.status(Layer.DYNAMODB, Status.UP, config.table());
    } else {
      sink.status(
          Layer.DYNAMODB,
          Status.DEGRADED,
          "no rollout from 0 to 1 of application "
              + config.application()
              + ", version canary, in table "
              + config.table());
    }
    return good;
  }

  /** What a reading changes; what is missing in it for too long counts as 0. */
  private List<Change> changes(Map<String, String> good) {
    long now = System.nanoTime();
    List<Change> changes = new ArrayList<>();
    String canary = good.get(RolloutReading.CANARY);
    if (canary != null) {
      goodAtNanos = now;
      changes.add(change(CANARY_FLAG, canary, "read"));
    } else if (unhealthy(now)) {
      changes.add(change(CANARY_FLAG, "0", "unhealthy"));
    }
    String maintenance = good.get(RolloutReading.MAINTENANCE);
    if (maintenance != null) {
      changes.add(change(MAINTENANCE_FLAG, maintenance, "read"));
    }
    return changes;
  }

  private boolean unhealthy(long now) {
    return goodAtNanos == null || now - goodAtNanos >= config.unhealthy().toNanos();
  }

  private Change change(String name, String text, String how) {
    Flag<?> flag = store.registry().byName().get(name);
    return new Change(
        Layer.DYNAMODB, name, flag.canonical(text), "table " + config.table() + ", " + how);
  }

  private void down(Throwable cause) {
    sink.status(Layer.DYNAMODB, Status.DEGRADED, DynamoDbClients.reason(cause));
  }

  Future<Void> close() {
    closed = true;
    if (stream != null) {
      stream.close();
    }
    DynamoDbClients last = clients;
    return last == null
        ? Future.succeededFuture()
        : vertx.executeBlocking(
            () -> {
              last.close();
              return null;
            },
            false);
  }
}
