package io.canarygateway.launcher;

/** A command line that the gateway does not understand. The message is one line for people. */
final class UsageException extends Exception {

  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
