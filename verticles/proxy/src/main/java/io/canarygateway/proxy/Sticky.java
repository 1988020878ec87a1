package io.canarygateway.proxy;

import io.canarygateway.config.RolloutConfig;
import io.canarygateway.decision.Assigner;
import io.canarygateway.decision.Assignment;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.http.RequestHead;
import io.canarygateway.http.ServerStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A client's assignment, and how it is known: by a key, by the sticky header, by the cookie, or not
 * yet. A value that a client sent counts only if it is a valid assignment. Immutable.
 *
 * @param assignment the client's assignment in [0, 1)
 * @param reason how the assignment is known
 */
record Sticky(Assignment assignment, DecisionReason reason) {

  private static final long MAX_AGE_SECONDS = Duration.ofDays(365).toSeconds();

  /**
   * The assignment of a request's client.
   *
   * @param trusted whether the client is a trusted proxy, whose headers count; cookies always count
   */
  static Sticky of(RequestHead head, RolloutConfig rollout, boolean trusted, Assigner assigner) {
    if (trusted) {
      String key = rollout.keyHeader().isEmpty() ? null : head.first(rollout.keyHeader());
      if (key != null && !key.isEmpty()) {
        return new Sticky(assigner.ofKey(key), DecisionReason.ROLLOUT_KEY);
      }
      String header = head.first(rollout.stickyHeader());
      Assignment sent = header == null ? null : Assignment.parse(header);
      if (sent != null) {
        return new Sticky(sent, DecisionReason.ROLLOUT_HEADER);
      }
    }
    String cookie = Cookies.first(head, rollout.stickyCookie());
    Assignment kept = cookie == null ? null : Assignment.parse(cookie);
    return kept == null
        ? new Sticky(assigner.fresh(), DecisionReason.ROLLOUT_NEW)
        : new Sticky(kept, DecisionReason.ROLLOUT_COOKIE);
  }

  /**
   * The cookie for a new client, whether it goes to main or to canary; null for any other client.
   */
  @Nullable String cookieForClient(ServerStream stream, RolloutConfig rollout, boolean trusted) {
    if (reason != DecisionReason.ROLLOUT_NEW) {
      return null;
    }
    return rollout.stickyCookie()
        + "="
        + assignment.text()
        + "; Max-Age="
        + MAX_AGE_SECONDS
        + "; Path=/; HttpOnly; SameSite=Lax"
        + (RequestScheme.isHttps(stream, trusted) ? "; Secure" : "");
  }
}
