package io.canarygateway.release;

import java.util.Locale;

/** What was decided about a release. */
enum Verdict {
  STARTED,
  PASSED,
  PROMOTED,
  REVERTED,
  HELD,
  PAUSED,
  RESUMED;

  /** The verdict in messages, metrics and receipts. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
