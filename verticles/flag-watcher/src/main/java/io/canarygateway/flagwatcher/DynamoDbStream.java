package io.canarygateway.flagwatcher;

import io.canarygateway.config.DynamoDbConfig;
import io.canarygateway.store.DynamoDbClients;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;

/**
 * Follows the stream of a table, and reports that the table has changed; the records themselves are
 * not used. The list of shards is read every 5 s, so that new shards are followed too. A shard
 * whose iterator has expired is followed anew. If there is no stream, or no permission to read it,
 * the table is only polled, and one log line says so. On one context.
 */
final class DynamoDbStream {

  private static final Logger LOG = LoggerFactory.getLogger(DynamoDbStream.class);
  private static final long RECORDS_MS = 300;
  private static final long SHARDS_MS = 5_000;

  private final Vertx vertx;
  private final Context context;
  private final DynamoDbClients clients;
  private final DynamoDbConfig config;
  private final Runnable changed;
  private final Set<String> followed = new HashSet<>();
  private String logged = "";
  private boolean closed;

  DynamoDbStream(
      Vertx vertx,
      Context context,
      DynamoDbClients clients,
      DynamoDbConfig config,
      Runnable changed) {
    this.vertx = vertx;
    this.context = context;
    this.clients = clients;
    this.config = config;
    this.changed = changed;
  }

  void start() {
    findShards();
    vertx.setPeriodic(SHARDS_MS, timer -> findShards());
  }

  /** Reads the list of shards at once, when the table answers again after a failure. */
  void findShardsNow() {
    context.runOnContext(v -> findShards());
  }

  private <T> Future<T> call(Supplier<CompletionStage<T>> call) {
    return DynamoDbClients.call(vertx, context, call);
  }

  private void findShards() {
    if (closed) {
      return;
    }
    DescribeTableRequest request = DescribeTableRequest.builder().tableName(config.table()).build();
    call(() -> clients.table().describeTable(request))
        .compose(
            described -> {
              String arn = described.table().latestStreamArn();
              boolean enabled =
                  described.table().streamSpecification() != null
                      && Boolean.TRUE.equals(
                          described.table().streamSpecification().streamEnabled());
              if (arn == null || !enabled) {
                log("the table has no stream, so it is only polled");
                return Future.<Void>succeededFuture();
              }
              return followShards(arn);
            })
        .onFailure(
            cause ->
                log(
                    "the table's stream cannot be read, so the table is only polled: "
                        + DynamoDbClients.reason(cause)));
  }

  private Future<Void> followShards(String arn) {
    DescribeStreamRequest request = DescribeStreamRequest.builder().streamArn(arn).build();
    return call(() -> clients.stream().describeStream(request))
        .map(
            described -> {
              log("the table's stream is followed");
              for (Shard shard : described.streamDescription().shards()) {
                boolean open = shard.sequenceNumberRange().endingSequenceNumber() == null;
                if (open && followed.add(arn + shard.shardId())) {
                  follow(arn, shard.shardId());
                }
              }
              return null;
            });
  }

  private void follow(String arn, String shard) {
    GetShardIteratorRequest request =
        GetShardIteratorRequest.builder()
            .streamArn(arn)
            .shardId(shard)
            .shardIteratorType(ShardIteratorType.LATEST)
            .build();
    call(() -> clients.stream().getShardIterator(request))
        .onSuccess(
            found -> {
              changed.run(); // For changes that are older than the iterator.
              records(arn, shard, found.shardIterator());
            })
        .onFailure(cause -> followed.remove(arn + shard));
  }

  private void records(String arn, String shard, String iterator) {
    if (closed) {
      return;
    }
    if (iterator == null) {
      followed.remove(arn + shard); // The shard is closed, and others have replaced it.
      changed.run();
      findShards();
      return;
    }
    GetRecordsRequest request = GetRecordsRequest.builder().shardIterator(iterator).build();
    call(() -> clients.stream().getRecords(request))
        .onSuccess(found -> found(arn, shard, found))
        // The next reading of the shards follows this one anew.
        .onFailure(cause -> followed.remove(arn + shard));
  }

  private void found(String arn, String shard, GetRecordsResponse found) {
    if (found.hasRecords() && !found.records().isEmpty()) {
      changed.run();
    }
    vertx.setTimer(RECORDS_MS, timer -> records(arn, shard, found.nextShardIterator()));
  }

  /** Logs the state of the stream when it has changed. */
  private void log(String state) {
    if (!closed && !state.equals(logged)) {
      logged = state;
      LOG.atInfo().addKeyValue("table", config.table()).log(state);
    }
  }

  void close() {
    closed = true;
  }
}
