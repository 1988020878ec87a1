package io.canarygateway.store;

import java.io.Serial;

/** The store did not answer, or the answer could not be understood. */
public final class StoreException extends Exception {

  @Serial private static final long serialVersionUID = 1;

  /**
   * Creates the exception.
   *
   * @param reason the reason in one line for operators
   * @param cause the failure of the engine's client, or null
   */
  public StoreException(String reason, @org.jspecify.annotations.Nullable Throwable cause) {
    super(reason, cause);
  }
}
