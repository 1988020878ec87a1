package io.canarygateway.message;

/**
 * A person's command to a release, sent to {@link Addresses#RELEASE_COMMAND}. The answer is the
 * {@link ReleaseReports} of the route after it, or a failure with a message for people and one of
 * the codes below.
 *
 * @param route the route's name; empty for the default route
 * @param action one of {@code pause}, {@code resume}, {@code next}, {@code promote}, {@code revert}
 * @param by who commands, for the journal; may be empty
 */
public record ReleaseCommand(String route, String action, String by) {

  /** The route does not exist, or has no release. */
  public static final int NOT_FOUND = 404;

  /** The action is unknown. */
  public static final int BAD_REQUEST = 400;

  /** The release's state does not allow the action. */
  public static final int CONFLICT = 409;

  /** The state could not be written. */
  public static final int UNAVAILABLE = 503;
}
