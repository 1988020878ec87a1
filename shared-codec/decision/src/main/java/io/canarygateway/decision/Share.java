package io.canarygateway.decision;

/**
 * The part of a cluster's limits that one node may use in all, since its start; never less than
 * what it has used. After the node is gone, all of it counts as used.
 *
 * @param requests the requests that the node may admit
 * @param errors the errors that the node may see, with those reserved
 * @param sequence grows with each write of the node; 0 before the first
 * @param departed the node's place among the nodes that left, counted from 1; 0 while it is present
 */
public record Share(long requests, long errors, long sequence, long departed) {

  /** The share of a node that has not written yet. */
  static final Share NONE = new Share(0, 0, 0, 0);

  Share departing(long place) {
    return new Share(requests, errors, sequence, place);
  }
}
