package io.canarygateway.decision;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The statuses of canary that count as errors. Immutable; safe for use by any thread.
 *
 * <p>An entry is {@code non-2xx}, a class such as {@code 5xx}, or a status such as {@code 429}.
 * {@code non-2xx} does not include 101, the success of an upgrade. {@code grpc} stands for each
 * status of gRPC but OK, which comes with any status of HTTP.
 */
public final class ErrorStatuses {

  /** What an entry has to look like, to follow "expected" in an error. */
  public static final String EXPECTED =
      "non-2xx, a class such as 5xx, a status, 100 to 599, or grpc";

  /** Every status outside of 200 to 299 except 101: canary-router's rule, but for upgrades. */
  public static final ErrorStatuses NON_2XX = of(List.of("non-2xx"));

  private static final Pattern CLASS = Pattern.compile("[1-5]xx");
  private static final Pattern STATUS = Pattern.compile("[1-5][0-9][0-9]");

  private static final String GRPC = "grpc";

  /** The number of statuses with three digits. Servers also send some that HTTP does not define. */
  private static final int STATUSES = 1_000;

  private static final int SWITCHING_PROTOCOLS = 101;

  private final List<String> entries;
  private final boolean[] counted = new boolean[STATUSES];
  private final boolean grpc;

  private ErrorStatuses(List<String> entries) {
    this.entries = List.copyOf(entries);
    this.entries.forEach(this::add);
    this.grpc = this.entries.contains(GRPC);
  }

  /**
   * Creates the union of some entries.
   *
   * @param entries the entries; an empty list means that no status is an error
   * @return the statuses
   * @throws IllegalArgumentException if a text is not an entry
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
    } else if (!entry.equals(GRPC)) {
      throw new IllegalArgumentException(entry);
    }
  }

  /**
   * Decides about a response of canary.
   *
   * @param status the response's status, 0 to 999
   * @return whether the response is an error
   */
  public boolean counts(int status) {
    return counted[status];
  }

  /** {@return whether a response of gRPC is an error whose status of gRPC is not OK} */
  public boolean countsGrpc() {
    return grpc;
  }

  /** {@return the entries in their given order} */
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
