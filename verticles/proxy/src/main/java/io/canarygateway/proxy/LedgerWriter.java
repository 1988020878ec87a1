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

/**
 * Writes the ledger, one write at a time: replaces what is in the map, again if somebody else was
 * faster, then offers what it wrote to the voters. On one context.
 */
final class LedgerWriter {

  /** A voter that has not answered by then has not accepted. */
  private static final DeliveryOptions OFFER = new DeliveryOptions().setSendTimeout(1_000);

  private static final int MAX_TRIES = 20;

  /** So many tries follow each other at once. */
  private static final int EAGER_TRIES = 3;

  private static final int MAX_PAUSE_MS = 20;

  private final Vertx vertx;
  private final String node;
  private final Lease lease;
  private final LedgerMap map;

  LedgerWriter(Vertx vertx, String node, Lease lease, LedgerMap map) {
    this.vertx = vertx;
    this.node = node;
    this.lease = lease;
    this.map = map;
  }

  /** How a write ended. */
  enum Result {
    /** Written, and agreed on. */
    AGREED,
    /** Not enough voters have accepted it; nothing that was asked for is used. */
    NOT_AGREED,
    /** Others were faster each time. */
    CROWDED_OUT
  }

  /**
   * Writes what is proposed upon what is there.
   *
   * @param proposal makes a proposal upon a ledger, or upon null
   */
  Future<Result> write(Function<Ledger, Lease.Proposal> proposal) {
    // Mostly what was accepted last is what is there.
    Future<String> first =
        lease.accepted() == null
            ? map.read()
            : Future.succeededFuture(LedgerMap.textOf(lease.accepted()));
    return first.compose(text -> attempt(text, proposal, 1)).onFailure(failed -> lease.abandon());
  }

  private Future<Result> attempt(
      String found, Function<Ledger, Lease.Proposal> proposal, int tries) {
    Lease.Proposal proposed = proposal.apply(LedgerMap.ledgerOf(found));
    return map.replace(found, proposed.ledger())
        .compose(replaced -> replaced ? offer(proposed) : lookAgain(proposed, proposal, tries));
  }

  private Future<Result> lookAgain(
      Lease.Proposal proposed, Function<Ledger, Lease.Proposal> proposal, int tries) {
    return map.read()
        .compose(
            text -> {
              Ledger found = LedgerMap.ledgerOf(text);
              if (found != null && found.follows(proposed.ledger())) {
                return offer(proposed); // It was written after all: the map asked twice.
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
                      .compose(elapsed -> map.read())
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
