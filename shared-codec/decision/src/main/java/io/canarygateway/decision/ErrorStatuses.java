package io.canarygateway.decision;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Which statuses of canary count as errors. Immutable; any thread.
 *
 * <p>An entry is {@code non-2xx}, a class such as {@code 5xx}, or a status such as {@code 429}.
 * {@code non-2xx} leaves 101 out: it is the success of an upgrade.
 */
public final class ErrorStatuses {

  /** What an entry looks like, for whoever has to mend one. */
  public static final String EXPECTED = "non-2xx, a class such as 5xx, or a status, 100 to 599";

  /** Every status outside 200 to 299, as canary-router counts, but for 101. */
  public static final ErrorStatuses NON_2XX = of(List.of("non-2xx"));

  private static final Pattern CLASS = Pattern.compile("[1-5]xx");
  private static final Pattern STATUS = Pattern.compile("[1-5][0-9][0-9]");

  /** What three digits can say; servers send statuses that HTTP does not know. */
  private static final int STATUSES = 1_000;

  private static final int SWITCHING_PROTOCOLS = 101;

  private final List<String> entries;
  private final boolean[] counted = new boolean[STATUSES];

  private ErrorStatuses(List<String> entries) {
    this.entries = List.copyOf(entries);
    this.entries.forEach(this::add);
  }

  /**
   * The statuses of some entries; none of them if there are none.
   *
   * @throws IllegalArgumentException for what is no entry
   */
  public static ErrorStatuses of(List<String> entries) {
    return new ErrorStatuses(entries);
  }

  private void add(String entry) {
    if (entry.equals("non-2xx")) {
      for (int status = 0; status < STATUSES; status++) {
        counted[status] |= status / 100 != 2 && status != SWITCHING_PROTOCOLS;
      }
    } else if (CLASS.matcher(entry).matches()) {
      int first = (entry.charAt(0) - '0') * 100;
      for (int status = first; status < first + 100; status++) {
        counted[status] = true;
      }
    } else if (STATUS.matcher(entry).matches()) {
      counted[Integer.parseInt(entry)] = true;
    } else {
      throw new IllegalArgumentException(entry);
    }
  }

  /**
   * Whether a response of canary is an error.
   *
   * @param status its status, 0 to 999
   */
  public boolean counts(int status) {
    return counted[status];
  }

  /** The entries, as they were given. */
  public List<String> entries() {
    return entries;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ErrorStatuses statuses && statuses.entries.equals(entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return entries.toString();
  }
}
