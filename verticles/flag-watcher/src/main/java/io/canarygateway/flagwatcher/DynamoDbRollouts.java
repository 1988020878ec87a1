package io.canarygateway.flagwatcher;

import io.canarygateway.config.DynamoDbConfig;
import io.canarygateway.extension.RolloutSource;
import io.canarygateway.extension.Rollouts;
import io.canarygateway.store.DynamoDbClients;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;

/**
 * maxwells-daemon's table in DynamoDB as a source of rollouts. The table's stream, if there is one,
 * reports changes.
 */
final class DynamoDbRollouts implements RolloutSource {

  private final Vertx vertx;
  private final Context context;
  private final DynamoDbConfig config;
  private volatile @Nullable DynamoDbClients clients;
  private volatile @Nullable DynamoDbStream stream;

  /** Whether the last reading failed. */
  private volatile boolean failed;

  /** Creates a source, on the context on which the stream is followed later. */
  DynamoDbRollouts(Vertx vertx, DynamoDbConfig config) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.config = config;
  }

  @Override
  public String name() {
    return "dynamodb";
  }

  @Override
  public String origin() {
    return "table " + config.table() + ", application " + config.application();
  }

  @Override
  public Duration delay() {
    return config.delay();
  }

  @Override
  public Duration unhealthy() {
    return config.unhealthy();
  }

  @Override
  public void open(String settings, Runnable changed) {
    DynamoDbClients opened = DynamoDbClients.open(config);
    clients = opened;
    if (config.streams()) {
      DynamoDbStream followed = new DynamoDbStream(vertx, context, opened, config, changed);
      stream = followed;
      context.runOnContext(v -> followed.start());
    }
  }

  @Override
  public CompletionStage<Rollouts> read() {
    return Objects.requireNonNull(clients, "not open")
        .table()
        .batchGetItem(RolloutTable.request(config))
        .handle(
            (response, failure) -> {
              if (failure != null) {
                failed = true;
                throw new CompletionException(
                    new IOException(DynamoDbClients.reason(failure), failure));
              }
              DynamoDbStream followed = stream;
              if (failed && followed != null) {
                followed.findShardsNow();
              }
              failed = false;
              return read(response);
            });
  }

  private Rollouts read(BatchGetItemResponse response) {
    return RolloutTable.of(response.responses().getOrDefault(config.table(), List.of()));
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
