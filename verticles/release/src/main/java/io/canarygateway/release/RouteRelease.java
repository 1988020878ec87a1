package io.canarygateway.release;

import io.canarygateway.config.ReleaseConfig;
import io.canarygateway.config.RouteConfig;
import io.canarygateway.release.Transitions.Change;
import io.canarygateway.release.Transitions.Look;
import io.canarygateway.store.StateKey;
import io.canarygateway.store.StateStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The release of one version on one route: it judges what {@link Scores} count, and keeps its state
 * in the store. A raise is written before it is in force. A revert is in force before it is
 * written. On one context.
 */
final class RouteRelease implements StateLink.Follower {

  private final Outside outside;
  private final StateLink link;
  private final StateKeeper keeper;
  private final Scores scores;
  private final ShareWatch share;
  private final StepClock clock;
  private final OwnSettings settings;
  private RouteConfig route;
  private boolean canaryOpen = true;

  RouteRelease(RouteConfig route, StateStore store, StateKey key, Outside outside) {
    this.route = route;
    this.outside = outside;
    settings = new OwnSettings(route.release());
    link = new StateLink(store, key, outside.node(), this, outside::nanoTime);
    scores = new Scores(outside.nanoTime());
    scores.warmUp(route.release().warmUp());
    clock = new StepClock(outside);
    share = new ShareWatch(outside.nanoTime());
    keeper = new StateKeeper(link, scores, outside);
  }

  /** Takes other settings of the same version. */
  void use(RouteConfig newRoute) {
    route = newRoute;
    settings.use(newRoute.release());
    scores.warmUp(newRoute.release().warmUp());
  }

  RouteConfig route() {
    return route;
  }

  ReleaseConfig config() {
    return settings.config();
  }

  StateLink link() {
    return link;
  }

  Scores scores() {
    return scores;
  }

  StateKeeper keeper() {
    return keeper;
  }

  /** The state of the store, if it is known for sure and is one of these settings. */
  Optional<StoredRelease> stored() {
    StoredRelease known = link.known();
    return known != null && link.isSure() && settings.fit(known.progress())
        ? Optional.of(known)
        : Optional.empty();
  }

  /** What is in force on this node: the state of the store, or a revert that comes before it. */
  Optional<Progress> inForce() {
    return Optional.ofNullable(keeper.reverting()).or(() -> stored().map(StoredRelease::progress));
  }

  /** Whether a revert is in force that the store does not have yet. */
  boolean isReverting() {
    return keeper.reverting() != null;
  }

  /** Whether outcomes count now. */
  boolean isCounting() {
    return inForce().filter(each -> each.stage().isActive()).isPresent();
  }

  /** The settings of another node, if these have made the state; else empty. */
  Optional<Progress> foreign() {
    return Optional.ofNullable(link.known())
        .map(StoredRelease::progress)
        .filter(settings::isForeign);
  }

  /** What is known at this moment. */
  Look look() {
    return new Look(
        config(),
        scores.evidence(config().judge()),
        scores.canaryClients(),
        clock.millis(),
        isSending(),
        outside.millis());
  }

  /** Notes whether the circuit breaker would let a request to canary. */
  void canaryOpen(boolean open) {
    canaryOpen = open;
  }

  boolean isCanaryOpen() {
    return canaryOpen;
  }

  /** Whether the release decides which clients canary gets. */
  private boolean isSending() {
    return canaryOpen
        && inForce().filter(this::isAsAsked).isPresent()
        && route.rollout().canary() > 0
        && route.routing().canaryEnabled()
        && route.isDecidedByRollout();
  }

  /** Whether a higher layer sets canary's share, and has done so for a moment. */
  boolean isOverridden() {
    return share.differs(outside.nanoTime());
  }

  private boolean isAsAsked(Progress progress) {
    return progress.observed() || progress.weight() == route.rollout().canary();
  }

  /** Does what is due. Called every 25 ms. */
  void tick() {
    link.tick();
    scores.see(isSending(), outside.nanoTime());
    clock.see(isSending());
    scores.count(outside.nanoTime());
    share.see(inForce().filter(each -> !isAsAsked(each)).isEmpty(), outside.nanoTime());
    if (isReverting()) {
      keeper.writeRevert();
    } else if (keeper.isReady()) {
      StoredRelease known = link.known();
      if (known == null || !settings.fit(known.progress())) {
        begin(known);
      } else if (known.progress().stage().isActive()) {
        judge(known);
      }
    }
  }

  private void begin(@Nullable StoredRelease known) {
    Progress before = known == null ? null : known.progress();
    if (before != null && settings.isForeign(before)) {
      return;
    }
    Change change = settings.begin(before, outside.millis());
    Decision decision = Decision.plain(route.name(), change.to().weight(), change, outside);
    keeper.write(
        decision.to(),
        known != null && settings.areOfVersion(known.progress()) ? known.receipts() : List.of(),
        false,
        () -> decision.announce(outside));
  }

  private void judge(StoredRelease known) {
    Look look = look();
    Optional<Change> change = Transitions.judge(known.progress(), look);
    if (change.isPresent()) {
      decide(
          known,
          Decision.judged(
              route.name(), known.progress(), change.get(), scores.counts(), look, outside));
    } else {
      keeper.writeEvidenceIfDue(known);
    }
  }

  /**
   * Brings a decision into force.
   *
   * @return whether it is in force; false if another state was in the store
   */
  Future<Boolean> decide(StoredRelease known, Decision decision) {
    if (decision.to().stage() == Stage.REVERTED) {
      keeper.revert(decision.to(), decision.verdict().receipt(), () -> decision.announce(outside));
      return Future.succeededFuture(true);
    }
    return keeper.write(
        decision.to(),
        StoredRelease.receipts(decision.verdict().receipt(), known.receipts()),
        decision.to().isRunOf(known.progress()),
        () -> decision.announce(outside));
  }

  /**
   * Another node has reverted the release.
   *
   * @param atMillis when, in ms since 1970
   * @param isOfRun whether the revert was one of the run that is known
   */
  void revertedElsewhere(
      String by, String reason, String receipt, long atMillis, Predicate<Progress> isOfRun) {
    Progress now = stored().map(StoredRelease::progress).orElse(null);
    if (now != null
        && !isReverting()
        && !now.observed()
        && now.stage() != Stage.REVERTED
        && isOfRun.test(now)) {
      Progress reverted = now.step(Stage.REVERTED, 0, atMillis, now.stepClients());
      keeper.revert(reverted.explained(by, reason), receipt, () -> {});
    }
  }

  @Override
  public void adopted(@Nullable StoredRelease before, @Nullable StoredRelease now) {
    if (now != null && settings.fit(now.progress())) {
      adopt(before, now);
    }
    keeper.adopted(now);
    outside.changed();
  }

  private void adopt(@Nullable StoredRelease before, StoredRelease now) {
    Progress progress = now.progress();
    settings.areInStore();
    Progress last = before == null ? null : before.progress();
    if (last == null || !last.isRunOf(progress)) {
      scores.begin(now.tally(), outside.nanoTime());
      keeper.storeHasAll();
    } else if (last.ratioResets() != progress.ratioResets()) {
      scores.forgetRatio();
    } else if (outside.isNew()
        && Scores.failures(now.counts()) > Scores.failures(scores.counts())) {
      scores.replace(now.tally());
      keeper.storeHasAll();
    }
    clock.follow(last, progress);
  }
}
