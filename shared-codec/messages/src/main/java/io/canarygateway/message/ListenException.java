package io.canarygateway.message;

import io.vertx.core.Future;
import java.util.Locale;

/** A listener that could not be bound: names the setting and the address in one line. */
public final class ListenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private ListenException(String key, String host, int port, Throwable cause) {
    super(
        key + ": " + port + " (cannot listen on " + host + ":" + port + ": " + reason(cause) + ")",
        cause);
  }

  /**
   * A listener that could not be bound.
   *
   * @param message names the setting and what was expected, in one line
   */
  public ListenException(String message) {
    super(message);
  }

  /** Turns the failure of a {@code listen} call into one that names its setting. */
  public static <T> Future<T> recover(Future<T> listening, String key, String host, int port) {
    return listening.recover(
        cause -> Future.failedFuture(new ListenException(key, host, port, cause)));
  }

  private static String reason(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return message.toLowerCase(Locale.ROOT).contains("in use") ? "address already in use" : message;
  }
}
