package io.canarygateway.launcher;

/** How the process ends. */
final class ExitCode {

  /** Stopped as asked. */
  static final int OK = 0;

  /** Something could not be started, a port in use for example. */
  static final int FAILURE = 1;

  /** The configuration has faults; {@code EX_CONFIG} of sysexits.h. */
  static final int CONFIG = 78;

  private ExitCode() {}
}
