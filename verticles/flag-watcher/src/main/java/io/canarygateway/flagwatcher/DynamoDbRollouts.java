package io.canarygateway.flagwatcher;

import io.canarygateway.config.DynamoDbConfig;
import io.canarygateway.extension.RolloutSource;
import io.canarygateway.extension.Rollouts;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;

/** maxwells-daemon's table in DynamoDB as a source of rollouts; its stream tells of changes. */
final class DynamoDbRollouts implements RolloutSource {

  private final Vertx vertx;
  private final Context context;
  private final DynamoDbConfig config;
  private volatile DynamoDbClients clients;
  private volatile DynamoDbStream stream;
  private volatile boolean away;

  /** A source; to be made on the context that the stream is followed on. */
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
    return clients
        .table()
        .batchGetItem(RolloutReading.request(config))
        .handle(
            (response, failure) -> {
              if (failure != null) {
                away = true;
                throw new CompletionException(
                    new IOException(DynamoDbClients.reason(failure), failure));
              }
              if (away && stream != null) {
                stream.look();
              }
              away = false;
              return read(response);
            });
  }

  private Rollouts read(BatchGetItemResponse response) {
    return RolloutReading.of(response.responses().getOrDefault(config.table(), List.of()));
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
    }
    if (clients != null) {
      clients.close();
    }
  }
}
