package io.canarygateway.flagwatcher;

import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Reads rollouts by application. All methods run on one thread, which may block. */
interface RolloutFeed extends AutoCloseable {

  /** The application of the default route. */
  String application();

  /** Whether it knows the rollouts of other applications too, which are those of routes. */
  boolean knowsRoutes();

  /** What the feed states about itself; {@code before} if it states nothing that can be used. */
  RolloutTraits traits(RolloutTraits before);

  /**
   * Starts the feed.
   *
   * @param changed asks for a reading at once; any thread may run it
   */
  void open(Runnable changed) throws Exception;

  /** Reads the rollouts of applications; fails if none of them can be read. */
  CompletionStage<RolloutReading> read(Set<String> applications);

  /** Releases all resources; also of a feed that was never opened. */
  @Override
  void close();
}
