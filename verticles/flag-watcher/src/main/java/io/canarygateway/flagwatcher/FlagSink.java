package io.canarygateway.flagwatcher;

import io.canarygateway.flags.Problem;
import io.canarygateway.message.ComponentHealth.Status;
import java.util.List;
import java.util.Map;

/** Where sources bring their values, on the watcher's context. */
interface FlagSink {

  /**
   * Applies changes as one snapshot; those of the configuration document are all or nothing.
   *
   * @param hold whether what is refused stands in its source all the same, so that it may count
   *     later
   * @return the changes that were refused, and why
   */
  Map<Change, Problem> apply(List<Change> batch, boolean hold);

  /** Notes a value that is not good. */
  void refuse(Layer layer, RawValue value, RawValue.Reading reading);

  /** Notes a document that was refused as a whole, and everything that is wrong with it. */
  void refuseDocument(Layer layer, List<Problem> problems, String origin);

  /** Notes that a source was just seen to be up to date. */
  void synced(Layer layer);

  /** Notes how well a source does. */
  void status(Layer layer, Status status, String detail);
}
