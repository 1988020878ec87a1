package io.canarygateway.release;

import io.canarygateway.message.ReleaseVerdict;

/** What one release needs of its node. Used on the context of the verticle. */
interface Outside {

  /** This node's id. */
  String node();

  /** The revision of the settings. */
  long revision();

  /** Makes a verdict of this node known. */
  void announce(ReleaseVerdict verdict);

  /** The share of a release may have changed. */
  void changed();

  /** Whether this node writes the evidence of all nodes to the store. */
  boolean keepsEvidence();

  /** Whether other nodes may still have counted more than this node, which has just started. */
  boolean isNew();

  long nanoTime();

  long millis();
}
