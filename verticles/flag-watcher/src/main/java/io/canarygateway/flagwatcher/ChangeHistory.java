package io.canarygateway.flagwatcher;

import io.canarygateway.config.Settings;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.Journal;
import io.canarygateway.message.JournalEntry;
import io.canarygateway.message.ReleaseVerdict;
import io.vertx.core.eventbus.EventBus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;

/**
 * Keeps the last 1,000 changes of flags and verdicts about releases for operators, and publishes
 * each one within the process. On one context.
 */
final class ChangeHistory {

  private static final int MAX_ENTRIES = 1_000;

  private final EventBus bus;
  private final Deque<JournalEntry> newestFirst = new ArrayDeque<>();

  ChangeHistory(EventBus bus) {
    this.bus = bus;
  }

  void add(JournalEntry entry) {
    if (newestFirst.size() == MAX_ENTRIES) {
      newestFirst.removeLast();
    }
    newestFirst.addFirst(entry);
    bus.publish(Addresses.JOURNAL, entry, Addresses.WITHIN_PROCESS);
  }

  /**
   * Adds a verdict about a release.
   *
   * @param revision the revision of the settings in force
   */
  void add(ReleaseVerdict verdict, long revision) {
    String observed = verdict.observed() ? " (observed only)" : "";
    add(
        new JournalEntry(
            verdict.atMillis(),
            Settings.releaseVersionOf(verdict.route()),
            "",
            verdict.version() + " " + verdict.verdict() + observed,
            Layer.RELEASE.label(),
            verdict.node(),
            revision,
            verdict.by(),
            ""));
  }

  Journal journal() {
    return new Journal(new ArrayList<>(newestFirst));
  }
}
