package io.canarygateway.message;

import java.util.List;

/**
 * The last changes of flags: the answer of {@link Addresses#JOURNAL_GET}.
 *
 * @param entries at most 1,000, the newest first
 */
public record Journal(List<JournalEntry> entries) {

  /**
   * Copies the list.
   *
   * @param entries the entries
   */
  public Journal {
    entries = List.copyOf(entries);
  }
}
