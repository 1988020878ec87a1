package io.canarygateway.release;

import io.canarygateway.message.ReleaseCommand;
import io.canarygateway.release.Transitions.Change;
import io.canarygateway.release.Transitions.Look;
import io.vertx.core.Future;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.Optional;

/** Executes what people command. The store decides which of two commands comes first. */
final class Commands {

  /** How often a command is tried again because another node has written meanwhile. */
  private static final int MOST_TRIES = 5;

  private static final int MOST_BY = 200;

  private final Outside outside;

  Commands(Outside outside) {
    this.outside = outside;
  }

  /**
   * Executes a command.
   *
   * @return completes when it is in force; fails with a {@link ReplyException} that has a code of
   *     {@link ReleaseCommand}
   */
  Future<Void> run(RouteRelease release, ReleaseCommand command) {
    Optional<Action> action = Action.of(command.action());
    return action.isEmpty()
        ? failed(
            ReleaseCommand.BAD_REQUEST,
            "unknown action (expected pause, resume, next, promote or revert)")
        : run(release, action.get(), name(command.by()), MOST_TRIES);
  }

  /** A name that fits into a log line. */
  private static String name(String by) {
    String line = by.replaceAll(Words.NOT_OF_A_LINE, " ").strip();
    return line.isEmpty() ? "a person" : line.substring(0, Math.min(MOST_BY, line.length()));
  }

  private Future<Void> run(RouteRelease release, Action action, String by, int tries) {
    Optional<StoredRelease> stored = release.stored();
    if (release.isReverting()) {
      return failed(
          ReleaseCommand.CONFLICT, "the release is reverted, and the store does not have this yet");
    }
    if (stored.isEmpty()) {
      String trouble = Reports.trouble(release);
      return failed(
          ReleaseCommand.UNAVAILABLE, trouble.isEmpty() ? "the state is not known" : trouble);
    }
    Progress now = stored.get().progress();
    Look look = release.look();
    Change change;
    try {
      change = Transitions.command(now, action, look);
    } catch (Refusal e) {
      return failed(ReleaseCommand.CONFLICT, e.reason());
    }
    Decision decision =
        Decision.commanded(
            release.route().name(), now, change, by, release.scores().counts(), look, outside);
    return release
        .decide(stored.get(), decision)
        .recover(
            cause ->
                Future.failedFuture(
                    reply(
                        ReleaseCommand.UNAVAILABLE,
                        "the state may not have been written: " + cause.getMessage())))
        .compose(
            written -> {
              if (written) {
                return Future.succeededFuture();
              }
              return tries > 1
                  ? run(release, action, by, tries - 1)
                  : failed(ReleaseCommand.UNAVAILABLE, "other nodes write the state all the time");
            });
  }

  private static <T> Future<T> failed(int code, String text) {
    return Future.failedFuture(reply(code, text));
  }

  static ReplyException reply(int code, String text) {
    return new ReplyException(ReplyFailure.RECIPIENT_FAILURE, code, text);
  }
}
