package io.canarygateway.flagwatcher;

/** What lies at the bottom of a failure. */
final class Causes {

  private static final int MAX_LENGTH = 160;

  private Causes() {}

  static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }

  /** The message of a failure, or of what is wrapped in it, in one line of bounded length. */
  static String line(Throwable failure) {
    Throwable told = failure;
    while (told instanceof java.util.concurrent.CompletionException && told.getCause() != null) {
      told = told.getCause();
    }
    return told.getMessage() == null ? told.getClass().getSimpleName() : line(told.getMessage());
  }

  /** The first line of a text, of bounded length. */
  static String line(String text) {
    String first = text.lines().findFirst().orElse("");
    return first.length() > MAX_LENGTH ? first.substring(0, MAX_LENGTH) + "…" : first;
  }
}
