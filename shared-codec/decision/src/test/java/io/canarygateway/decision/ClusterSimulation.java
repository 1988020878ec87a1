package io.canarygateway.decision;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A simulation of nodes with their leases, on a bad network with a bad store. Offers are late,
 * lost, doubled and out of order. Writes look failed although they succeeded. Nodes are cut off
 * from each other, each side with a store of its own, which may have lost the latest writes.
 */
final class ClusterSimulation {

  private static final int MEMORY = 5;

  private final Random random;
  private final int clusterSize;

  /** The frequency of nodes that come, go and are cut off. */
  private final int turbulence;

  private final List<Node> all = new ArrayList<>();
  private final List<Store> stores = new ArrayList<>(List.of(new Store()));
  private final List<Offer> offers = new ArrayList<>();
  private BreakerLimits limits;
  private long admitted;
  private long failed;
  private long underWay;

  /** The ledger that some nodes see, with its earlier states. */
  private static final class Store {
    final List<Ledger> history = new ArrayList<>();

    Ledger ledger() {
      return history.isEmpty() ? null : history.get(history.size() - 1);
    }
  }

  private record Offer(Node writer, Lease.Proposal proposal, Node voter) {}

  final class Node {
    final String id = "node" + all.size();
    final LeasedBreaker breaker = new LeasedBreaker();
    final Lease lease = new Lease(id, breaker, clusterSize);
    final List<Reservation> reservations = new ArrayList<>();
    Store store = stores.get(random.nextInt(stores.size()));
    boolean alive = true;
    Ledger expected;
    Lease.Proposal proposal;

    /** The most that is lost with this node: its lease and its pending proposal. */
    long lostRequests;

    private void request() {
      if (breaker.admit(limits) instanceof Admission.Granted granted) {
        admitted++;
        underWay++;
        reservations.add(granted.reservation());
      }
    }

    private void settle(boolean error) {
      if (!reservations.isEmpty()) {
        reservations.remove(random.nextInt(reservations.size())).settle(error);
        underWay--;
        failed += error ? 1 : 0;
      }
    }

    private void propose(Set<String> silent) {
      expected = store.ledger();
      proposal =
          lease.propose(
              expected, new Lease.Wish(limits, true, true, 0, 0, 1 + random.nextInt(3), silent));
    }

    private void write(double failures) {
      if (proposal == null) {
        return;
      }
      boolean written = store.ledger() == expected;
      if (written) {
        store.history.add(proposal.ledger());
      }
      if (!written || random.nextDouble() < failures) {
        lease.abandon();
        proposal = null;
        return;
      }
      if (!lease.accept(proposal.ledger())) {
        lease.abandon();
      } else {
        lease.accepted(proposal, id);
        for (Node voter : living()) {
          if (voter != this) {
            offers.add(new Offer(this, proposal, voter));
          }
        }
      }
      proposal = null;
    }
  }

  ClusterSimulation(long seed, int clusterSize, BreakerLimits limits) {
    this.random = new Random(seed);
    this.clusterSize = clusterSize;
    this.limits = limits;
    this.turbulence = random.nextInt(4);
    int nodes = clusterSize + random.nextInt(1 + turbulence);
    for (int i = 0; i < nodes; i++) {
      all.add(new Node());
    }
    converge();
  }

  long admitted() {
    return admitted;
  }

  long errors() {
    return failed + underWay;
  }

  Collection<Node> living() {
    return all.stream().filter(node -> node.alive).toList();
  }

  long lostRequests() {
    return all.stream().mapToLong(node -> node.lostRequests).sum();
  }

  void limit(BreakerLimits newLimits) {
    boolean lower =
        newLimits.requests() < limits.requests() || newLimits.errors() < limits.errors();
    limits = newLimits;
    for (Node node : living()) {
      node.lease.abandon();
      node.proposal = null;
      if (lower) {
        node.lease.returnUnused(0, 0);
      }
    }
  }

  /** One random event. */
  void step() {
    Node node = any(living());
    if (random.nextInt(20) < turbulence) {
      rarely();
      return;
    }
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3 -> node.request();
      case 4, 5 -> node.settle(random.nextInt(4) == 0);
      case 6, 7, 8 -> node.propose(anyOf(living()));
      case 9, 10, 11 -> node.write(0.1);
      case 12, 13, 14, 15 -> deliver(0.2);
      case 16 -> node.lease.returnUnused(random.nextInt(3), random.nextInt(3));
      case 17 -> node.lease.abandon();
      case 18 -> rarely();
      default -> {
        if (node.store.ledger() != null) {
          node.lease.learn(node.store.ledger());
        }
      }
    }
  }

  private void rarely() {
    switch (random.nextInt(6)) {
      case 0, 1 -> split();
      case 2, 3 -> heal();
      case 4 -> all.add(new Node());
      default -> {
        if (random.nextInt(3) < 1 + turbulence && living().size() > 2) {
          Node node = any(living());
          if (random.nextBoolean()) {
            crash(node);
          } else {
            leave(node);
          }
        }
      }
    }
  }

  void crash(Node node) {
    node.alive = false;
    long asked = node.proposal == null ? 0 : node.proposal.ledger().share(node.id).requests();
    long known =
        Stream.concat(
                stores.stream().flatMap(store -> store.history.stream()),
                all.stream().map(other -> other.lease.accepted()).filter(Objects::nonNull))
            .mapToLong(ledger -> ledger.share(node.id).requests())
            .max()
            .orElse(0);
    node.lostRequests = Math.max(asked, known) - node.breaker.requests();
  }

  private void leave(Node node) {
    List<Node> near =
        living().stream().filter(other -> other != node && other.store == node.store).toList();
    if (near.isEmpty()) {
      return; // Without a remembered ledger a later node would found another cluster.
    }
    if (random.nextBoolean() && node.store.ledger() != null) {
      node.lease.leave(
          any(node.store.history), List.of(any(near).id)); // Other nodes write before it.
    }
    node.expected = node.store.ledger();
    node.proposal = node.lease.leave(node.expected, List.of(any(near).id));
    crash(node);
    node.write(0);
  }

  private void split() {
    Store more = new Store();
    Store from = any(stores);
    int keep = Math.max(0, from.history.size() - random.nextInt(MEMORY));
    more.history.addAll(from.history.subList(0, keep));
    if (more.ledger() == null || !more.ledger().voters().canAgree(clusterSize)) {
      return; // Without a remembered ledger it would be another cluster.
    }
    stores.add(more);
    living().forEach(node -> node.store = any(stores));
  }

  private void heal() {
    Store kept = any(stores);
    if (random.nextBoolean()) {
      Ledger merged = kept.ledger();
      for (Store store : stores) {
        merged = store.ledger() == null ? merged : merged.mergeWith(store.ledger());
      }
      if (merged != null) {
        kept.history.add(merged);
      }
    }
    stores.clear();
    stores.add(kept);
    all.forEach(node -> node.store = kept);
  }

  private void deliver(double loss) {
    if (offers.isEmpty()) {
      return;
    }
    int which = random.nextInt(offers.size());
    Offer offer = random.nextInt(8) == 0 ? offers.get(which) : offers.remove(which);
    if (offer.voter.alive
        && offer.voter.store == offer.writer.store
        && random.nextDouble() >= loss
        && offer.voter.lease.accept(offer.proposal.ledger())
        && random.nextDouble() >= loss) {
      offer.writer.lease.accepted(offer.proposal, offer.voter.id);
    }
  }

  /** Reconnects all nodes and lets each write a few times. */
  void converge() {
    heal();
    offers.clear();
    Set<String> gone = new TreeSet<>();
    all.stream().filter(node -> !node.alive).forEach(node -> gone.add(node.id));
    for (int round = 0; round < 12; round++) {
      for (Node node : living()) {
        node.propose(gone);
        node.write(0);
        while (!offers.isEmpty()) {
          Offer offer = offers.remove(0);
          if (offer.voter.lease.accept(offer.proposal.ledger())) {
            offer.writer.lease.accepted(offer.proposal, offer.voter.id);
          }
        }
      }
    }
  }

  /** Sends requests without errors to all nodes until none admits one. */
  void exhaust() {
    long before = -1;
    while (before != admitted) {
      before = admitted;
      for (Node node : living()) {
        for (int i = 0; i < 50; i++) {
          node.request();
          node.settle(false);
        }
      }
      converge();
    }
  }

  /** Whether the running nodes can agree on a ledger. */
  boolean canAgree() {
    Set<String> ids = new HashSet<>();
    living().forEach(node -> ids.add(node.id));
    Ledger ledger = stores.get(0).ledger();
    return ledger != null && ledger.agreed(ids, clusterSize);
  }

  Ledger ledger() {
    return stores.get(0).ledger();
  }

  private Set<String> anyOf(Collection<Node> nodes) {
    Set<String> some = new TreeSet<>();
    if (random.nextInt(5) == 0) {
      all.stream()
          .filter(node -> !nodes.contains(node) || random.nextInt(4) == 0)
          .forEach(node -> some.add(node.id));
    }
    return some;
  }

  private <T> T any(Collection<T> things) {
    return List.copyOf(things).get(random.nextInt(things.size()));
  }
}
