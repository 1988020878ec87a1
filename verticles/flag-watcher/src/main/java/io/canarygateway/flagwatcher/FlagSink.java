package io.canarygateway.flagwatcher;

import io.canarygateway.flags.Problem;
import io.canarygateway.message.ComponentHealth.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes the changes and the health of the sources. On the watcher's context. */
interface FlagSink {

  /**
   * Applies changes as one snapshot. Changes of the configuration document are applied all or none.
   *
   * @param hold whether refused changes are held back and tried again with every later batch, since
   *     they still stand in their source
   * @return the changes that were refused, and why
   */
  Map<Change, Problem> apply(List<Change> batch, boolean hold);

  /**
   * Applies changes as one snapshot, or none of them.
   *
   * @return all changes and why they were refused; empty if all were made
   */
  Map<Change, Problem> applyWhole(List<Change> batch);

  /** Records a value that cannot be set. */
  void refuse(Layer layer, RawValue.Refused refused, String origin);

  /**
   * Records what a source holds for a static flag while the gateway runs. Only the next start will
   * read it.
   *
   * @param text the canonical text; empty if the source holds no valid value
   */
  void staticValue(Layer layer, String flag, Optional<String> text);

  /** Records that a whole document is refused, and all of its problems. */
  void refuseDocument(Layer layer, List<Problem> problems, String origin);

  /** Records that a source has just been seen to be up to date. */
  void synced(Layer layer);

  /**
   * Records the health of a source.
   *
   * @param detail one line for operators
   */
  void status(Layer layer, Status status, String detail);

  /** Whether a source can be reached. */
  boolean isUp(Layer layer);

  /** The time since a source was last seen to be up to date, in ns. */
  long syncAgeNanos(Layer layer);
}
