package io.canarygateway.flagwatcher;

/** What lies at the bottom of a failure. */
final class Causes {

  private Causes() {}

  static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }
}
