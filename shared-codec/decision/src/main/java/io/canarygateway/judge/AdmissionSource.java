package io.canarygateway.judge;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What waits of one source of {@link AdmissionOrder}, and how far the source has got. */
final class AdmissionSource {

  private record Segment(
      double weight, int size, long[] clients, long[] admittedNanos, byte[] outcomes) {}

  /** The segments after the first. */
  private final Deque<Segment> segments = new ArrayDeque<>();

  private @Nullable Segment first;

  /** The index of the oldest waiting outcome in the first segment, and its time of admission. */
  private int next;

  private long oldest;

  private boolean open;
  private boolean hasWatermark;
  private long watermark;

  /** Whether the source has reported since the silent were last looked for. */
  private boolean reported;

  private long reportedNanos;

  void reports() {
    open = true;
    reported = true;
  }

  void add(double weight, int size, long[] clients, long[] admittedNanos, byte[] outcomes) {
    Segment segment = new Segment(weight, size, clients, admittedNanos, outcomes);
    if (first == null) {
      begin(segment);
    } else {
      segments.add(segment);
    }
  }

  private void begin(@Nullable Segment segment) {
    first = segment;
    next = 0;
    oldest = segment == null ? 0 : segment.admittedNanos()[0];
  }

  /** Takes the newest watermark even if it is older: a node's clock may have been corrected. */
  void watermark(long nanos) {
    watermark = nanos;
    hasWatermark = true;
  }

  long watermark() {
    return watermark;
  }

  void leaves() {
    open = false;
    hasWatermark = false;
  }

  void leaveIfSilent(long beforeNanos, long nowNanos) {
    if (reported) {
      reported = false;
      reportedNanos = nowNanos;
    } else if (reportedNanos - beforeNanos < 0) {
      leaves();
    }
  }

  /** {@return whether the source is neither gone nor silent} */
  boolean isOpen() {
    return open;
  }

  boolean holdsBack() {
    return hasWatermark;
  }

  boolean isEmpty() {
    return first == null;
  }

  /** {@return when the request of the oldest waiting outcome was admitted; 0 if none waits} */
  long oldest() {
    return oldest;
  }

  void scoreOldest(AdmissionOrder.Sink sink) {
    Segment segment = first;
    if (segment == null) {
      return;
    }
    int index = next;
    if (index + 1 == segment.size()) {
      begin(segments.poll());
    } else {
      next = index + 1;
      oldest = segment.admittedNanos()[next];
    }
    sink.score(segment.weight(), segment.clients()[index], segment.outcomes()[index]);
  }
}
