package io.canarygateway.store;

/** A running watch of one state. */
public interface Watch {

  /** Ends the watch; the watcher is not called any more. More calls have no effect. */
  void close();
}
