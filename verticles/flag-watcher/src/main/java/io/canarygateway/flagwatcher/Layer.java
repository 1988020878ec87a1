package io.canarygateway.flagwatcher;

/**
 * A layer of values. Each layer covers the layers before it in this order, whichever value came
 * first.
 */
enum Layer {
  /** The flags' own defaults. */
  DEFAULT("default"),
  /** The configuration document, {@code -conf}. */
  CONF("conf"),
  /** The files of {@code flags.directory}. */
  DIRECTORY("directory"),
  ETCD("etcd"),
  /** The user's own {@link io.canarygateway.extension.FlagSource}. */
  EXTENSION("extension"),
  DYNAMODB("dynamodb"),
  /** The user's own {@link io.canarygateway.extension.RolloutSource}. */
  ROLLOUT("rollout"),
  /** The rollout that other nodes read, while this node's own source cannot be reached. */
  NODES("peers"),
  /** The share of clients that a release has reached. */
  RELEASE("release"),
  /** Overrides by operators, by JMX or by the API. */
  OVERRIDE("override");

  private final String label;

  Layer(String label) {
    this.label = label;
  }

  /**
   * Whether operators fill the layer with any flags, so that their mistakes have to be reported.
   */
  boolean isOfOperators() {
    return this == DIRECTORY || this == ETCD || this == EXTENSION || this == OVERRIDE;
  }

  /** The name in metrics, logs and on pages; dashboards rely on it. */
  String label() {
    return label;
  }
}
