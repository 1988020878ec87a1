package io.canarygateway.extension;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A source of maxwells-daemon's rollouts: the share of assignments that goes to canary. Its values
 * cover all other sources except JMX. A gateway uses at most one.
 *
 * <p>The source sets {@code rollout.canary} and {@code rollout.maintenance} of the top level, which
 * are those of the default route. It has no rollouts for other routes. A route with a rollout of
 * its own keeps it, and a route without one inherits that of the top level, as it does with every
 * key. With DynamoDB, which the gateway reads itself, each route has the rollout of its own
 * application.
 */
public interface RolloutSource extends Extension {

  /**
   * Starts the source. Runs on a thread that may block. After a failure the gateway calls the
   * method again after {@link #delay}.
   *
   * @param settings the settings of this extension, a JSON object
   * @param changed asks for a reading at once instead of after the delay; any thread may run it
   * @throws Exception if the source cannot start; operators see the message
   */
  void open(String settings, Runnable changed) throws Exception;

  /**
   * Reads the rollouts. Runs on a thread that may block, one call at a time.
   *
   * @return completes on any thread, within about {@link #delay}; operators see the message of a
   *     failure
   */
  CompletionStage<Rollouts> read();

  /** {@return the place of the readings, for operators, such as {@code table MaxwellsDaemon}} */
  String origin();

  /** {@return the time between two readings} */
  default Duration delay() {
    return Duration.ofSeconds(4);
  }

  /** {@return the time without a good reading after which the rollout is 0} */
  default Duration unhealthy() {
    return Duration.ofSeconds(8);
  }
}
