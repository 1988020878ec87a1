package io.canarygateway.extension;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Says which share of the assignments goes to canary: maxwells-daemon's rollout, of which
 * DynamoDB's table is the one that comes along. It covers all other sources but JMX. A gateway uses
 * one at most.
 */
public interface RolloutSource extends Extension {

  /**
   * Begins. Called on a thread that may block, and again after {@link #delay} if it fails.
   *
   * @param settings the settings of this extension, a JSON object
   * @param changed may be run on any thread to be read at once rather than after the delay
   * @throws Exception if it cannot begin; its message is shown to operators
   */
  void open(String settings, Runnable changed) throws Exception;

  /**
   * Reads the rollouts. Called on a thread that may block, one call at a time.
   *
   * @return completes on any thread, within {@link #delay} or so; a failure's message is shown to
   *     operators
   */
  CompletionStage<Rollouts> read();

  /** Where readings come from, for operators, such as {@code table MaxwellsDaemon}. */
  String origin();

  /** The time between two readings. */
  default Duration delay() {
    return Duration.ofSeconds(4);
  }

  /** Without a good reading for so long the rollout is 0. */
  default Duration unhealthy() {
    return Duration.ofSeconds(8);
  }
}
