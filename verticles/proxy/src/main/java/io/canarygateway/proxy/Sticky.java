package io.canarygateway.proxy;

import io.canarygateway.config.RolloutConfig;
import io.canarygateway.decision.Assigner;
import io.canarygateway.decision.Assignment;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.http.HeaderName;
import io.canarygateway.http.RequestHead;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client's assignment, and how it is known: by a key, by the sticky header, by the cookie, or not
 * yet. A value that a client sent counts only if it is a valid assignment. Immutable.
 *
 * @param assignment the client's assignment in [0, 1)
 * @param reason how the assignment is known
 */
record Sticky(Assignment assignment, DecisionReason reason) {

  private static final Pattern HTTPS =
      Pattern.compile("\\s*https\\s*(,|$)", Pattern.CASE_INSENSITIVE);

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
    String cookie = cookie(head, rollout.stickyCookie());
    Assignment kept = cookie == null ? null : Assignment.parse(cookie);
    return kept == null
        ? new Sticky(assigner.fresh(), DecisionReason.ROLLOUT_NEW)
        : new Sticky(kept, DecisionReason.ROLLOUT_COOKIE);
  }

  /**
   * The cookie for a new client, whether it goes to main or to canary; null for any other client.
   */
  @Nullable String cookieForClient(RequestHead head, RolloutConfig rollout, boolean trusted) {
    if (reason != DecisionReason.ROLLOUT_NEW) {
      return null;
    }
    String proto = trusted ? head.first(HeaderName.X_FORWARDED_PROTO) : null;
    // The value of the first of several proxies is the one about the client.
    boolean secure = proto != null && HTTPS.matcher(proto).lookingAt();
    return rollout.stickyCookie()
        + "="
        + assignment.text()
        + "; Max-Age="
        + MAX_AGE_SECONDS
        + "; Path=/; HttpOnly; SameSite=Lax"
        + (secure ? "; Secure" : "");
  }

  /** The value of the first cookie with a name, without quotes; null if there is none. */
  private static @Nullable String cookie(RequestHead head, String name) {
    for (int i = 0; i < head.size(); i++) {
      if (head.known(i) == HeaderName.COOKIE) {
        String value = cookie(head.value(i), name);
        if (value != null) {
          return value;
        }
      }
    }
    return null;
  }

  private static @Nullable String cookie(String cookies, String name) {
    int start = 0;
    while (start < cookies.length()) {
      int end = cookies.indexOf(';', start);
      end = end < 0 ? cookies.length() : end;
      int equals = cookies.indexOf('=', start);
      if (equals >= 0 && equals < end && cookies.substring(start, equals).trim().equals(name)) {
        String value = cookies.substring(equals + 1, end).trim();
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
      }
      start = end + 1;
    }
    return null;
  }
}
