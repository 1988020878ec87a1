package io.canarygateway.launcher;

/** The exit codes of the process. */
final class ExitCode {

  /** The process was stopped by a signal, or did what {@code --check} and the like ask for. */
  static final int OK = 0;

  /**
   * The start failed, for example because a port is in use, or a receipt is no receipt or does not
   * say what its counts say.
   */
  static final int FAILURE = 1;

  /** The command line has a fault; {@code EX_USAGE} of sysexits.h. */
  static final int USAGE = 64;

  /** The file of a receipt cannot be read; {@code EX_NOINPUT} of sysexits.h. */
  static final int NO_INPUT = 66;

  /** The configuration has faults; {@code EX_CONFIG} of sysexits.h. */
  static final int CONFIG = 78;

  private ExitCode() {}
}
