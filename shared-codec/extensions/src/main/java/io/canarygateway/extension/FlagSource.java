package io.canarygateway.extension;

/**
 * Brings values of flags from elsewhere. They cover those of etcd and are covered by DynamoDB's and
 * JMX's. A gateway uses one at most.
 */
public interface FlagSource extends Extension {

  /**
   * Begins to bring values. What is brought before this returns counts for the start, static flags
   * included; later dynamic ones count for the next request. Called on a thread that may block, but
   * the gateway waits 5 s at most before it serves without these values. Called again after a while
   * if it fails.
   *
   * @param settings the settings of this extension, a JSON object
   * @param updates where values go, until {@link #close}
   * @throws Exception if it cannot begin; its message is shown to operators
   */
  void open(String settings, FlagUpdates updates) throws Exception;
}
