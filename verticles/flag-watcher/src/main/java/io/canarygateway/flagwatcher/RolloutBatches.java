package io.canarygateway.flagwatcher;

import io.canarygateway.extension.Rollouts;
import io.canarygateway.store.DynamoDbClients;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * Reads the rollouts of many applications in batches of 100 keys, which is the most that DynamoDB
 * takes, four batches at a time. Keys that DynamoDB leaves unprocessed are asked for again, three
 * times at most. All batches together have the time limit of one call. A batch that fails leaves
 * the others alone. Safe for use by any thread.
 */
final class RolloutBatches {

  private static final int APPLICATIONS = 100 / RolloutTable.KEYS_OF_ONE;
  private static final int LANES = 4;
  private static final int MAX_REPEATS = 3;
  private static final long FIRST_PAUSE_MS = 50;

  private final String table;
  private final Duration limit;
  private final Function<BatchGetItemRequest, CompletableFuture<BatchGetItemResponse>> call;

  /**
   * Creates a reader.
   *
   * @param limit the time limit of all batches of one reading
   * @param call sends a request
   */
  RolloutBatches(
      String table,
      Duration limit,
      Function<BatchGetItemRequest, CompletableFuture<BatchGetItemResponse>> call) {
    this.table = table;
    this.limit = limit;
    this.call = call;
  }

  /** One reading of all batches. */
  private static final class Reading {
    final long endNanos;
    final Queue<List<String>> batches = new ConcurrentLinkedQueue<>();
    final Map<String, Rollouts> rollouts = new ConcurrentHashMap<>();
    volatile @Nullable String failure;

    Reading(long endNanos) {
      this.endNanos = endNanos;
    }
  }

  /** Reads the rollouts; fails if no application can be read. */
  CompletableFuture<RolloutReading> read(Collection<String> applications) {
    Reading reading = new Reading(System.nanoTime() + limit.toNanos());
    List<String> all = List.copyOf(applications);
    for (int from = 0; from < all.size(); from += APPLICATIONS) {
      reading.batches.add(all.subList(from, Math.min(all.size(), from + APPLICATIONS)));
    }
    List<CompletableFuture<Void>> lanes = new ArrayList<>();
    for (int lane = 0; lane < LANES; lane++) {
      lanes.add(lane(reading));
    }
    return CompletableFuture.allOf(lanes.toArray(CompletableFuture[]::new))
        .thenApply(done -> result(reading));
  }

  private static RolloutReading result(Reading reading) {
    String failure = reading.failure;
    if (failure != null && reading.rollouts.isEmpty()) {
      throw new CompletionException(new IOException(failure));
    }
    return new RolloutReading(reading.rollouts, Optional.ofNullable(failure));
  }

  /** Reads one batch after the other until none is left. */
  private CompletableFuture<Void> lane(Reading reading) {
    List<String> batch = reading.batches.poll();
    if (batch == null) {
      return CompletableFuture.completedFuture(null);
    }
    return read(reading, batch)
        .exceptionally(
            failed -> {
              reading.failure = DynamoDbClients.reason(failed);
              return null;
            })
        .thenCompose(done -> lane(reading));
  }

  private CompletableFuture<Void> read(Reading reading, List<String> batch) {
    List<Map<String, AttributeValue>> items = new ArrayList<>();
    return read(reading, RolloutTable.keys(batch), items, 0)
        .thenAccept(
            unprocessed -> {
              Map<String, Rollouts> read = RolloutTable.of(batch, items);
              for (Map<String, AttributeValue> key : unprocessed) {
                read.remove(RolloutTable.application(key));
              }
              if (!unprocessed.isEmpty()) {
                reading.failure = "DynamoDB left " + unprocessed.size() + " keys unprocessed";
              }
              reading.rollouts.putAll(read);
            });
  }

  /** Reads keys into a list of items; the keys that were never processed. */
  private CompletableFuture<List<Map<String, AttributeValue>>> read(
      Reading reading,
      KeysAndAttributes keys,
      List<Map<String, AttributeValue>> items,
      int repeats) {
    long left = reading.endNanos - System.nanoTime();
    if (left <= 0) {
      return CompletableFuture.failedFuture(new IOException(RolloutPoller.LATE));
    }
    BatchGetItemRequest request =
        BatchGetItemRequest.builder()
            .requestItems(Map.of(table, keys))
            .overrideConfiguration(one -> one.apiCallTimeout(Duration.ofNanos(left)))
            .build();
    return CompletableFuture.completedFuture(request)
        .thenCompose(call)
        .thenCompose(
            response -> {
              items.addAll(response.responses().getOrDefault(table, List.of()));
              KeysAndAttributes unprocessed = response.unprocessedKeys().get(table);
              if (unprocessed == null || !unprocessed.hasKeys() || unprocessed.keys().isEmpty()) {
                return CompletableFuture.completedFuture(List.of());
              }
              if (repeats == MAX_REPEATS) {
                return CompletableFuture.completedFuture(unprocessed.keys());
              }
              KeysAndAttributes rest = keys.toBuilder().keys(unprocessed.keys()).build();
              return pause(FIRST_PAUSE_MS << repeats)
                  .thenCompose(waited -> read(reading, rest, items, repeats + 1));
            });
  }

  private static CompletableFuture<Void> pause(long ms) {
    return CompletableFuture.runAsync(
        () -> {}, CompletableFuture.delayedExecutor(ms, TimeUnit.MILLISECONDS));
  }
}
