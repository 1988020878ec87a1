package io.canarygateway.release;

import io.canarygateway.message.ReleaseVerdict;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The node of a {@link ReleaseVerticle}, in real time. On one context. */
final class ThisNode implements Outside {

  /** How long another node may know of more than this one after its start. */
  private static final long NEW_NANOS = TimeUnit.SECONDS.toNanos(15);

  private final ReleasesConfig config;
  private final HeardNodes heard;
  private final Consumer<ReleaseVerdict> announcer;
  private final Runnable change;
  private final long startedNanos = System.nanoTime();
  private long revision;

  ThisNode(
      ReleasesConfig config,
      HeardNodes heard,
      Consumer<ReleaseVerdict> announcer,
      Runnable change) {
    this.config = config;
    this.heard = heard;
    this.announcer = announcer;
    this.change = change;
  }

  void revision(long newest) {
    revision = newest;
  }

  @Override
  public String node() {
    return config.node();
  }

  @Override
  public long revision() {
    return revision;
  }

  @Override
  public void announce(ReleaseVerdict verdict) {
    announcer.accept(verdict);
  }

  @Override
  public void changed() {
    change.run();
  }

  @Override
  public boolean keepsEvidence() {
    long now = nanoTime();
    return heard.isAlone(now) || !isNew() && heard.isFirst(config.node(), now);
  }

  @Override
  public boolean isNew() {
    return config.clustered() && nanoTime() - startedNanos < NEW_NANOS;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long millis() {
    return System.currentTimeMillis();
  }
}
