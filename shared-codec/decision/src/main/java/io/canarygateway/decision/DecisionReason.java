package io.canarygateway.decision;

/**
 * The reason of a decision. The set is closed: its labels are the {@code reason} label of {@code
 * canary_router_request_count}, in canary-router's own words where it has the reason.
 */
public enum DecisionReason {
  /** The kill switch {@code canary-enabled: false} is set. */
  CANARY_DISABLED("Canary disabled"),
  /** The client sent {@code X-Canary: true}. */
  HEADER_TRUE("Routed via X-Canary header value: true"),
  /** The client sent {@code X-Canary: false}. */
  HEADER_FALSE("Routed via X-Canary header value: false"),
  /** A rule of {@code canary-when} fits the request. */
  CANARY_RULE("Canary rule"),
  /** No strategy is set and no sidecar is configured. The label is empty, as in canary-router. */
  NO_SIDECAR(""),
  /** The request limit is used up. */
  REQUEST_LIMIT("Canary request limit reached"),
  /** Errors have used up the error limit. */
  ERROR_LIMIT("Canary error limit reached"),
  /** Errors and requests in flight together use up the error limit. */
  ERROR_LIMIT_RESERVED("Canary error limit reserved"),
  /** The sidecar gave one of the two configured statuses. */
  SIDECAR_STATUS("Sidecar returns status code ", ""),
  /** The sidecar chose canary, but a limit was used up meanwhile. */
  SIDECAR_STATUS_LIMITED("Sidecar returns status code ", ", but canary limit reached"),
  /** The sidecar chose canary, but requests in flight hold the rest of the error limit. */
  SIDECAR_STATUS_RESERVED("Sidecar returns status code ", ", but canary limit reserved"),
  /**
   * In a cluster: this node has no lease of the limits. It is about to lease more, or the store of
   * the limits does not answer.
   */
  NOT_LEASED("Canary limit not leased"),
  /** The sidecar chose canary, but this node has no lease of the cluster's limits. */
  SIDECAR_STATUS_NOT_LEASED("Sidecar returns status code ", ", but canary limit not leased"),
  /** The sidecar gave a status other than the two configured ones. */
  SIDECAR_STATUS_UNKNOWN("Sidecar returns non standard status code ", ""),
  /** The sidecar did not answer in time. */
  SIDECAR_TIMEOUT("Sidecar error: timeout"),
  /** No connection to the sidecar could be made. */
  SIDECAR_CONNECT("Sidecar error: connect"),
  /** The connection to the sidecar broke. */
  SIDECAR_RESET("Sidecar error: reset"),
  /** The sidecar failed in another way. */
  SIDECAR_OTHER("Sidecar error: other"),
  /** The body is larger than {@code sidecar-max-body}; the sidecar was not asked. */
  BODY_TOO_LARGE("Request body too large for sidecar"),
  /** The memory for buffered bodies is used up; the sidecar was not asked. */
  BODY_NO_ROOM("No room to buffer request body for sidecar"),
  /** The assignment is the hash of the key header's value. */
  ROLLOUT_KEY("Rollout by key"),
  /** The assignment came in the sticky header. */
  ROLLOUT_HEADER("Rollout by header"),
  /** The assignment came in the sticky cookie. */
  ROLLOUT_COOKIE("Rollout by cookie"),
  /** The client had no assignment and got a new one. */
  ROLLOUT_NEW("Rollout of new client"),
  /** The strategy {@code main} is set. */
  STRATEGY_MAIN("Strategy main"),
  /** The strategy {@code canary} is set. */
  STRATEGY_CANARY("Strategy canary");

  private final boolean hasStatus;
  private final String prefix;
  private final String suffix;

  /** A reason whose label is always the same. */
  DecisionReason(String text) {
    hasStatus = false;
    prefix = text;
    suffix = "";
  }

  /** A reason whose label has the sidecar's status between two texts. */
  DecisionReason(String prefix, String suffix) {
    hasStatus = true;
    this.prefix = prefix;
    this.suffix = suffix;
  }

  /** {@return whether the label contains the sidecar's status} */
  public boolean hasStatus() {
    return hasStatus;
  }

  /**
   * Writes the reason for metrics and logs.
   *
   * @param status the sidecar's status; ignored unless {@link #hasStatus()}
   * @return the text
   */
  public String label(int status) {
    return hasStatus ? prefix + status + suffix : prefix;
  }
}
