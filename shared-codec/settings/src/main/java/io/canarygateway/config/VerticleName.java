package io.canarygateway.config;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The verticles that a process may run. */
public enum VerticleName {
  /** The listener of clients. */
  PROXY("proxy"),
  /** The client of the sidecar. */
  SIDECAR_CLIENT("sidecar-client"),
  /** The reader of the sources of flags. */
  FLAG_WATCHER("flag-watcher"),
  /** The instrumentation port. */
  METRICS("metrics"),
  /** maxwells-daemon's socket. */
  DAEMON("daemon");

  static final String EXPECTED =
      "one of "
          + Arrays.stream(values()).map(VerticleName::toString).collect(Collectors.joining(", "));

  private final String label;

  VerticleName(String label) {
    this.label = label;
  }

  static VerticleName parse(String text) {
    return Arrays.stream(values())
        .filter(name -> name.label.equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(text));
  }

  @Override
  public String toString() {
    return label;
  }
}
