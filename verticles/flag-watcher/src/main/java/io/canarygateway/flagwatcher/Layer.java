package io.canarygateway.flagwatcher;

/** Where a value comes from; each layer covers those before it, whatever came first. */
enum Layer {
  DEFAULT("default"),
  CONF("conf"),
  DIRECTORY("directory"),
  ETCD("etcd"),
  /** A source of flags that a user added. */
  EXTENSION("extension"),
  DYNAMODB("dynamodb"),
  /** A source of rollouts that a user added. */
  ROLLOUT("rollout"),
  /** What other nodes read of a source that this one does not reach. */
  PEERS("peers"),
  JMX("jmx");

  private final String label;

  Layer(String label) {
    this.label = label;
  }

  /** The name in metrics, logs and on pages. */
  String label() {
    return label;
  }
}
