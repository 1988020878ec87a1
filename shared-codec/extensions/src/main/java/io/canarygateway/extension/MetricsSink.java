package io.canarygateway.extension;

import io.canarygateway.message.MeterBatch;

/**
 * A receiver of maxwells-daemon's metrics, as the daemon's monitor was. The gateway brings one
 * along, for DogStatsD, and may use several.
 */
public interface MetricsSink extends Extension {

  /**
   * Starts the sink. Runs on a thread that may block. After a failure the gateway calls the method
   * again with a later batch, after some seconds.
   *
   * @param settings the settings of this extension, a JSON object
   * @throws Exception if the sink cannot start; operators see the message
   */
  void open(String settings) throws Exception;

  /**
   * Takes a batch. Runs on a thread that may block, one call at a time. Batches that come meanwhile
   * wait in a bounded queue; the queue drops batches when it is full.
   *
   * @param batch the events since the last batch
   * @throws Exception if the batch is lost; operators see the message
   */
  void deliver(MeterBatch batch) throws Exception;
}
