package io.canarygateway.launcher;

/** The exit codes of the process. */
final class ExitCode {

  /** The process was stopped by a signal, or did what {@code --check} and the like ask for. */
  static final int OK = 0;

  /** The start failed, for example because a port is in use. */
  static final int FAILURE = 1;

  /** The command line has a fault; {@code EX_USAGE} of sysexits.h. */
  static final int USAGE = 64;

  /** The configuration has faults; {@code EX_CONFIG} of sysexits.h. */
  static final int CONFIG = 78;

  private ExitCode() {}
}
