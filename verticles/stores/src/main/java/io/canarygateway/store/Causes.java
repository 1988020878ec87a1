package io.canarygateway.store;

import java.util.concurrent.CompletionException;

/** Finds the cause of a failure that is worth showing to operators. */
public final class Causes {

  private static final int MAX_LENGTH = 160;

  private Causes() {}

  /**
   * Finds the innermost cause.
   *
   * @param failure a failure
   * @return its innermost cause; the failure itself if it has none
   */
  public static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }

  /**
   * Makes one line of a failure's message. Wrapping {@link CompletionException}s are skipped.
   *
   * @param failure a failure
   * @return its message in one line of bounded length; the name of its class if it has none
   */
  public static String line(Throwable failure) {
    Throwable shown = failure;
    while (shown instanceof CompletionException && shown.getCause() != null) {
      shown = shown.getCause();
    }
    return shown.getMessage() == null ? shown.getClass().getSimpleName() : line(shown.getMessage());
  }

  /**
   * Takes the first line of a text.
   *
   * @param text a text
   * @return its first line, at most 160 characters of it
   */
  public static String line(String text) {
    String first = text.lines().findFirst().orElse("");
    return first.length() > MAX_LENGTH ? first.substring(0, MAX_LENGTH) + "…" : first;
  }
}
