package io.canarygateway.flagwatcher;

import java.util.concurrent.CompletionException;

/** Finds the cause of a failure that is worth showing to operators. */
final class Causes {

  private static final int MAX_LENGTH = 160;

  private Causes() {}

  /** The innermost cause. */
  static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }

  /**
   * The message of a failure in one line of bounded length. Wrapping {@link CompletionException}s
   * are skipped.
   */
  static String line(Throwable failure) {
    Throwable shown = failure;
    while (shown instanceof CompletionException && shown.getCause() != null) {
      shown = shown.getCause();
    }
    return shown.getMessage() == null ? shown.getClass().getSimpleName() : line(shown.getMessage());
  }

  /** The first line of a text, of bounded length. */
  static String line(String text) {
    String first = text.lines().findFirst().orElse("");
    return first.length() > MAX_LENGTH ? first.substring(0, MAX_LENGTH) + "…" : first;
  }
}
