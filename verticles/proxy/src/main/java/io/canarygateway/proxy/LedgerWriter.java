package io.canarygateway.proxy;

import io.canarygateway.decision.Lease;
import io.canarygateway.decision.Ledger;
import io.canarygateway.decision.LedgerWire;
import io.canarygateway.message.Addresses;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The writer of the ledger. It replaces the stored ledger, again if another node was faster, then
 * offers the written one to the voters. One write at a time. Confined to one context.
 */
final class LedgerWriter {

  /** A voter that does not answer in this time has not accepted. */
  private static final DeliveryOptions OFFER = new DeliveryOptions().setSendTimeout(1_000);

  private static final int MAX_TRIES = 20;

  /** The number of tries without a pause between them. */
  private static final int EAGER_TRIES = 3;

  private static final int MAX_PAUSE_MS = 20;

  private final Vertx vertx;
  private final String node;
  private final Lease lease;
  private final LedgerStore store;

  LedgerWriter(Vertx vertx, String node, Lease lease, LedgerStore store) {
    this.vertx = vertx;
    this.node = node;
    this.lease = lease;
    this.store = store;
  }

  /** The outcome of a write. */
  enum Result {
    /** The ledger was written, and a majority has accepted it. */
    AGREED,
    /** Too few voters have accepted the ledger, so nothing of the proposal is used. */
    NOT_AGREED,
    /** Other nodes were faster at each try. */
    CROWDED_OUT
  }

  /**
   * Writes a proposal that is based on the stored ledger.
   *
   * @param proposal makes a proposal from a ledger, or from null if nothing is stored
   */
  Future<Result> write(Function<Ledger, Lease.Proposal> proposal) {
    // Usually the ledger that was accepted last is the stored one.
    Ledger accepted = lease.accepted();
    Future<String> first =
        accepted == null ? store.read() : Future.succeededFuture(LedgerStore.textOf(accepted));
    return first.compose(text -> attempt(text, proposal, 1)).onFailure(failed -> lease.abandon());
  }

  private Future<Result> attempt(
      @Nullable String found, Function<Ledger, Lease.Proposal> proposal, int tries) {
    Lease.Proposal proposed = proposal.apply(found == null ? null : LedgerStore.ledgerOf(found));
    return store
        .replace(found, proposed.ledger())
        .compose(replaced -> replaced ? offer(proposed) : retry(proposed, proposal, tries));
  }

  private Future<Result> retry(
      Lease.Proposal proposed, Function<Ledger, Lease.Proposal> proposal, int tries) {
    return store
        .read()
        .compose(
            text -> {
              Ledger found = text == null ? null : LedgerStore.ledgerOf(text);
              if (found != null && found.follows(proposed.ledger())) {
                return offer(proposed); // The map tried twice, and the first try succeeded.
              }
              lease.abandon();
              if (tries == MAX_TRIES) {
                return Future.succeededFuture(Result.CROWDED_OUT);
              }
              return tries < EAGER_TRIES
                  ? attempt(text, proposal, tries + 1)
                  : vertx
                      .timer(
                          ThreadLocalRandom.current().nextInt(1, MAX_PAUSE_MS),
                          TimeUnit.MILLISECONDS)
                      .compose(elapsed -> store.read())
                      .compose(newer -> attempt(newer, proposal, tries + 1));
            });
  }

  private Future<Result> offer(Lease.Proposal proposed) {
    Ledger ledger = proposed.ledger();
    if (!lease.accept(ledger)) {
      lease.abandon();
      return Future.succeededFuture(Result.NOT_AGREED);
    }
    Promise<Result> result = Promise.promise();
    if (lease.accepted(proposed, node)) {
      result.complete(Result.AGREED);
    }
    Set<String> asked = new TreeSet<>(ledger.nodes());
    asked.remove(node);
    Set<String> open = new TreeSet<>(asked);
    Buffer wire = Buffer.buffer(LedgerWire.encode(ledger));
    for (String voter : asked) {
      vertx
          .eventBus()
          .<Object>request(Addresses.of(Addresses.CLUSTER_BREAKER_OFFER, voter), wire, OFFER)
          .onComplete(
              reply -> {
                open.remove(voter);
                boolean agrees = reply.succeeded() && Boolean.TRUE.equals(reply.result().body());
                if (agrees && lease.accepted(proposed, voter)) {
                  result.tryComplete(Result.AGREED);
                } else if (open.isEmpty() && result.tryComplete(Result.NOT_AGREED)) {
                  lease.abandon();
                }
              });
    }
    if (asked.isEmpty() && result.tryComplete(Result.NOT_AGREED)) {
      lease.abandon();
    }
    return result.future();
  }
}
