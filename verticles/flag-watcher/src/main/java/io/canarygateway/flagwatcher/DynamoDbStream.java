package io.canarygateway.flagwatcher;

import io.canarygateway.config.DynamoDbConfig;
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
 * The stream of a table, as a bell: whatever is written to the table, the table is read. Which
 * shards there are is asked again and again, so that those that come of a split are followed; a
 * shard whose iterator expired is begun anew, and the table read. Without a stream, or without
 * leave to read it, there is one log line and the polling alone. On one context.
 */
final class DynamoDbStream {

  private static final Logger LOG = LoggerFactory.getLogger(DynamoDbStream.class);
  private static final long RECORDS_MS = 300;
  private static final long SHARDS_MS = 5_000;

  private final Vertx vertx;
  private final Context context;
  private final DynamoDbClients clients;
  private final DynamoDbConfig config;
  private final Runnable bell;
  private final Set<String> followed = new HashSet<>();
  private String told = "";
  private boolean closed;

  DynamoDbStream(
      Vertx vertx, Context context, DynamoDbClients clients, DynamoDbConfig config, Runnable bell) {
    this.vertx = vertx;
    this.context = context;
    this.clients = clients;
    this.config = config;
    this.bell = bell;
  }

  void start() {
    findShards();
    vertx.setPeriodic(SHARDS_MS, timer -> findShards());
  }

  /** The table answers again: so may its stream, which is not waited for then. */
  void look() {
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
                tell("the table has no stream, so it is polled alone");
                return Future.<Void>succeededFuture();
              }
              return followShards(arn);
            })
        .onFailure(
            cause ->
                tell(
                    "the table's stream cannot be read, so the table is polled alone: "
                        + DynamoDbClients.reason(cause)));
  }

  private Future<Void> followShards(String arn) {
    DescribeStreamRequest request = DescribeStreamRequest.builder().streamArn(arn).build();
    return call(() -> clients.stream().describeStream(request))
        .map(
            described -> {
              tell("the table's stream is followed");
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
              bell.run(); // What was written before the iterator's place is in the table.
              records(arn, shard, found.shardIterator());
            })
        .onFailure(cause -> followed.remove(arn + shard));
  }

  private void records(String arn, String shard, String iterator) {
    if (closed) {
      return;
    }
    if (iterator == null) {
      followed.remove(arn + shard); // The shard was closed: others have taken its place.
      bell.run();
      findShards();
      return;
    }
    GetRecordsRequest request = GetRecordsRequest.builder().shardIterator(iterator).build();
    call(() -> clients.stream().getRecords(request))
        .onSuccess(found -> found(arn, shard, found))
        // Expired, or the stream is away: begun anew by the next look at the shards.
        .onFailure(cause -> followed.remove(arn + shard));
  }

  private void found(String arn, String shard, GetRecordsResponse found) {
    if (found.hasRecords() && !found.records().isEmpty()) {
      bell.run();
    }
    vertx.setTimer(RECORDS_MS, timer -> records(arn, shard, found.nextShardIterator()));
  }

  private void tell(String state) {
    if (!closed && !state.equals(told)) {
      told = state;
      LOG.atInfo().addKeyValue("table", config.table()).log(state);
    }
  }

  void close() {
    closed = true;
  }
}
