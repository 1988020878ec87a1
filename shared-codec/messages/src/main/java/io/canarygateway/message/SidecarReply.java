package io.canarygateway.message;

import java.util.Optional;

/**
 * The answer of a sidecar: a status or a failure.
 *
 * @param status the status, 100 to 599; 0 after a failure
 * @param failure why there is no status; empty if there is one
 */
public record SidecarReply(int status, Optional<SidecarFailure> failure) {

  /**
   * Creates the answer of a sidecar that gave a status.
   *
   * @param status the status; a number outside of 100 to 599 counts as {@link SidecarFailure#OTHER}
   * @return the answer
   */
  public static SidecarReply ofStatus(int status) {
    return status >= 100 && status <= 599
        ? new SidecarReply(status, Optional.empty())
        : ofFailure(SidecarFailure.OTHER);
  }

  /**
   * Creates the answer of a sidecar that failed.
   *
   * @param failure the kind of failure
   * @return the answer
   */
  public static SidecarReply ofFailure(SidecarFailure failure) {
    return new SidecarReply(0, Optional.of(failure));
  }
}
