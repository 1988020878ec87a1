package io.canarygateway.extension;

/**
 * A source of flag values. The values cover those of etcd; values of DynamoDB and JMX cover them. A
 * gateway uses at most one.
 */
public interface FlagSource extends Extension {

  /**
   * Starts to send values.
   *
   * <p>Values sent before this method returns count for the start, static flags included. Later,
   * values of dynamic flags count for the next request. The method runs on a thread that may block,
   * but the gateway waits at most 5 s before it serves without these values. After a failure the
   * gateway calls the method again.
   *
   * @param settings the settings of this extension, a JSON object
   * @param updates takes the values, until {@link #close}
   * @throws Exception if the source cannot start; operators see the message
   */
  void open(String settings, FlagUpdates updates) throws Exception;
}
