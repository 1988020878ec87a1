package io.canarygateway.flagwatcher;

import io.canarygateway.config.DynamoDbConfig;
import io.canarygateway.store.DynamoDbClients;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * maxwells-daemon's table in DynamoDB as a feed of rollouts. The table's stream, if there is one,
 * reports changes.
 */
final class DynamoDbRollouts implements RolloutFeed {

  private final Vertx vertx;
  private final Context context;
  private final DynamoDbConfig config;
  private volatile @Nullable DynamoDbClients clients;
  private volatile @Nullable RolloutBatches batches;
  private volatile @Nullable DynamoDbStream stream;

  /** Whether the last reading failed. */
  private volatile boolean failed;

  /** Creates a feed, on the context on which the stream is followed later. */
  DynamoDbRollouts(Vertx vertx, DynamoDbConfig config) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.config = config;
  }

  @Override
  public String application() {
    return config.application();
  }

  @Override
  public boolean knowsRoutes() {
    return true;
  }

  @Override
  public RolloutTraits traits(RolloutTraits before) {
    return new RolloutTraits(
        "table " + config.table(), config.delay().toMillis(), config.unhealthy());
  }

  @Override
  public void open(Runnable changed) {
    DynamoDbClients opened = DynamoDbClients.open(config);
    clients = opened;
    batches =
        new RolloutBatches(
            config.table(), DynamoDbClients.CALL, request -> opened.table().batchGetItem(request));
    if (config.streams()) {
      DynamoDbStream followed = new DynamoDbStream(vertx, context, opened, config, changed);
      stream = followed;
      context.runOnContext(v -> followed.start());
    }
  }

  @Override
  public CompletionStage<RolloutReading> read(Set<String> applications) {
    return Objects.requireNonNull(batches, "not open")
        .read(applications)
        .whenComplete(
            (reading, failure) -> {
              DynamoDbStream followed = stream;
              if (failure == null && failed && followed != null) {
                followed.findShardsNow();
              }
              failed = failure != null;
            });
  }

  @Override
  public void close() {
    DynamoDbStream followed = stream;
    if (followed != null) {
      followed.close();
    }
    DynamoDbClients opened = clients;
    if (opened != null) {
      opened.close();
    }
  }
}
