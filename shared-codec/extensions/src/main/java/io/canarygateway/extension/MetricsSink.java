package io.canarygateway.extension;

import io.canarygateway.message.MeterBatch;

/**
 * Takes maxwells-daemon's metrics elsewhere, as its monitor did; DogStatsD is the one that comes
 * along. A gateway may use many.
 */
public interface MetricsSink extends Extension {

  /**
   * Begins. Called on a thread that may block, and if it fails again with a later batch, after some
   * seconds.
   *
   * @param settings the settings of this extension, a JSON object
   * @throws Exception if it cannot begin; its message is shown to operators
   */
  void open(String settings) throws Exception;

  /**
   * Takes what happened. Called on a thread that may block, one call at a time; while one lasts
   * others wait, and are dropped beyond a limit.
   *
   * @throws Exception if it is lost; the message is shown to operators
   */
  void deliver(MeterBatch batch) throws Exception;
}
