package io.canarygateway.extension;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A source of maxwells-daemon's rollouts: the share of assignments that goes to canary. The gateway
 * brings one along, for DynamoDB. Its values cover all other sources except JMX. A gateway uses at
 * most one.
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
