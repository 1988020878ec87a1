package io.canarygateway.interceptor;

import org.jspecify.annotations.Nullable;

/** An interceptor that could not be made. The message begins with its name. */
final class InterceptorException extends Exception {

  private static final long serialVersionUID = 1L;

  InterceptorException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
