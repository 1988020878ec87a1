package io.canarygateway.message;

import io.vertx.core.Future;
import java.util.Locale;

/**
 * A listener that could not be bound. The message is one line that names the setting and the
 * address.
 */
public final class ListenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private ListenException(String key, String host, int port, Throwable cause) {
    super(
        key + ": " + port + " (cannot listen on " + host + ":" + port + ": " + reason(cause) + ")",
        cause);
  }

  /**
   * Creates the failure of a listener that has no port, such as a Unix socket.
   *
   * @param message one line that names the setting and what was expected
   */
  public ListenException(String message) {
    super(message);
  }

  /**
   * Turns the failure of a {@code listen} call into a {@link ListenException}.
   *
   * @param listening the result of the call
   * @param key the setting of the port
   * @param host the address
   * @param port the port
   * @param <T> the type of the result
   * @return the same result, or the failure with the setting's name
   */
  public static <T> Future<T> recover(Future<T> listening, String key, String host, int port) {
    return listening.recover(
        cause -> Future.failedFuture(new ListenException(key, host, port, cause)));
  }

  private static String reason(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return message.toLowerCase(Locale.ROOT).contains("in use") ? "address already in use" : message;
  }
}
