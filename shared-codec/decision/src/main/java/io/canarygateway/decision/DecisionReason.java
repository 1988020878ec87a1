package io.canarygateway.decision;

/**
 * Why a request went where it went. A closed set: it feeds the {@code reason} label of {@code
 * canary_router_request_count} in canary-router's own words, and the logs.
 */
public enum DecisionReason {
  /** The kill switch {@code canary-enabled: false} is set. */
  CANARY_DISABLED("Canary disabled"),
  /** {@code X-Canary: true}. */
  HEADER_TRUE("Routed via X-Canary header value: true"),
  /** {@code X-Canary: false}. */
  HEADER_FALSE("Routed via X-Canary header value: false"),
  /** No sidecar is configured; the label is empty, as in canary-router. */
  NO_SIDECAR(""),
  /** The request limit was used up. */
  REQUEST_LIMIT("Canary request limit reached"),
  /** The error limit was used up by errors. */
  ERROR_LIMIT("Canary error limit reached"),
  /** What the errors leave of the error limit is held by requests in flight. */
  ERROR_LIMIT_RESERVED("Canary error limit reserved"),
  /** The sidecar gave one of the two configured statuses. */
  SIDECAR_STATUS("Sidecar returns status code "),
  /** The sidecar said canary, but one of the limits was used up meanwhile. */
  SIDECAR_STATUS_LIMITED("Sidecar returns status code ", ", but canary limit reached"),
  /** The sidecar said canary, but requests in flight hold what is left of the error limit. */
  SIDECAR_STATUS_RESERVED("Sidecar returns status code ", ", but canary limit reserved"),
  /**
   * Of a cluster's limits, this gateway holds no lease: it is drawing one, or cut off from the
   * others.
   */
  NOT_LEASED("Canary limit not leased"),
  /** The sidecar said canary, but this gateway holds no lease of the cluster's limits. */
  SIDECAR_STATUS_NOT_LEASED("Sidecar returns status code ", ", but canary limit not leased"),
  /** The sidecar gave a status that means neither. */
  SIDECAR_STATUS_UNKNOWN("Sidecar returns non standard status code "),
  /** The sidecar did not answer in time. */
  SIDECAR_TIMEOUT("Sidecar error: timeout"),
  /** The sidecar could not be reached. */
  SIDECAR_CONNECT("Sidecar error: connect"),
  /** The sidecar broke the connection off. */
  SIDECAR_RESET("Sidecar error: reset"),
  /** The sidecar failed in another way. */
  SIDECAR_OTHER("Sidecar error: other"),
  /** The body is larger than may be buffered for the sidecar, which was not asked. */
  BODY_TOO_LARGE("Request body too large for sidecar"),
  /** Too many bodies are buffered for the sidecar already; it was not asked. */
  BODY_NO_ROOM("No room to buffer request body for sidecar"),
  /** The assignment is that of the key header's value. */
  ROLLOUT_KEY("Rollout by key"),
  /** The client sent its assignment in the sticky header. */
  ROLLOUT_HEADER("Rollout by header"),
  /** The client sent its assignment in the sticky cookie. */
  ROLLOUT_COOKIE("Rollout by cookie"),
  /** The client had no assignment and got one. */
  ROLLOUT_NEW("Rollout of new client"),
  /** The strategy {@code main} is set. */
  STRATEGY_MAIN("Strategy main"),
  /** The strategy {@code canary} is set. */
  STRATEGY_CANARY("Strategy canary");

  private final String before;
  private final String after;

  DecisionReason(String text) {
    this(text, null);
  }

  DecisionReason(String before, String after) {
    this.before = before;
    this.after = after;
  }

  /** Whether the label holds the sidecar's status. */
  public boolean hasStatus() {
    return before.endsWith(" code ");
  }

  /**
   * The text in metrics and logs.
   *
   * @param status the sidecar's status, used only if {@link #hasStatus()}
   */
  public String label(int status) {
    String text = hasStatus() ? before + status : before;
    return after == null ? text : text + after;
  }
}
