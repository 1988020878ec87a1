package io.canarygateway.message;

/**
 * What the sidecar said.
 *
 * @param status its status, 100 to 599, or 0 if it failed
 * @param failure why it gave no status, or null if it did
 */
public record SidecarReply(int status, SidecarFailure failure) {

  /** The reply for a status; one that HTTP does not know counts as a failure. */
  public static SidecarReply ofStatus(int status) {
    return status >= 100 && status <= 599
        ? new SidecarReply(status, null)
        : ofFailure(SidecarFailure.OTHER);
  }

  /** The reply for a failure. */
  public static SidecarReply ofFailure(SidecarFailure failure) {
    return new SidecarReply(0, failure);
  }
}
