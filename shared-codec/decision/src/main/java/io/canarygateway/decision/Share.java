package io.canarygateway.decision;

/**
 * What one node of a cluster may use of its limits in all, since its start; never less than what it
 * has used. What is left when it is gone counts as used.
 *
 * @param requests how many requests it may admit
 * @param errors how many errors it may see, those reserved included
 * @param sequence grows with each of the node's own writes; 0 if it has not written
 * @param departed its place among those that left, counted from 1; 0 while it is there
 */
public record Share(long requests, long errors, long sequence, long departed) {

  /** That of a node which has not written yet. */
  static final Share NONE = new Share(0, 0, 0, 0);

  Share departing(long place) {
    return new Share(requests, errors, sequence, place);
  }
}
