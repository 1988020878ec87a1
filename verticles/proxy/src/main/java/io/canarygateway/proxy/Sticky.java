package io.canarygateway.proxy;

import io.canarygateway.config.RolloutConfig;
import io.canarygateway.decision.Assigner;
import io.canarygateway.decision.Assignment;
import io.canarygateway.decision.DecisionReason;
import io.vertx.core.MultiMap;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A client's assignment and how it is known: by a key, by the sticky header, by the cookie, or not
 * yet. What a client sent counts only if it is a valid assignment.
 *
 * @param assignment the client's place in [0, 1)
 * @param reason how it is known
 */
record Sticky(Assignment assignment, DecisionReason reason) {

  private static final Pattern HTTPS =
      Pattern.compile("\\s*https\\s*(,|$)", Pattern.CASE_INSENSITIVE);

  private static final long MAX_AGE_SECONDS = Duration.ofDays(365).toSeconds();

  /**
   * The assignment of a request's client.
   *
   * @param trusted whether the peer's headers are believed; its cookies are the client's own
   */
  static Sticky of(
      HttpServerRequest request, RolloutConfig rollout, boolean trusted, Assigner assigner) {
    if (trusted) {
      String key = rollout.keyHeader().isEmpty() ? null : request.getHeader(rollout.keyHeader());
      if (key != null && !key.isEmpty()) {
        return new Sticky(assigner.ofKey(key), DecisionReason.ROLLOUT_KEY);
      }
      String header = request.getHeader(rollout.stickyHeader());
      Assignment sent = header == null ? null : Assignment.parse(header);
      if (sent != null) {
        return new Sticky(sent, DecisionReason.ROLLOUT_HEADER);
      }
    }
    Cookie cookie = request.getCookie(rollout.stickyCookie());
    Assignment kept = cookie == null ? null : Assignment.parse(cookie.getValue());
    return kept == null
        ? new Sticky(assigner.fresh(), DecisionReason.ROLLOUT_NEW)
        : new Sticky(kept, DecisionReason.ROLLOUT_COOKIE);
  }

  /** Tells the upstream, whatever the client may have sent. */
  void tellUpstream(MultiMap headers, RolloutConfig rollout) {
    headers.set(rollout.stickyHeader(), assignment.text());
  }

  /** Tells a client that is new, be it of main or of canary. */
  void tellClient(Exchange exchange) {
    if (reason == DecisionReason.ROLLOUT_NEW) {
      String proto = exchange.request().getHeader("X-Forwarded-Proto");
      // Of several proxies in a row the first one is the client's.
      boolean secure = exchange.trustsPeer() && proto != null && HTTPS.matcher(proto).lookingAt();
      exchange
          .response()
          .headers()
          .add(
              HttpHeaders.SET_COOKIE,
              exchange.plan().config().rollout().stickyCookie()
                  + "="
                  + assignment.text()
                  + "; Max-Age="
                  + MAX_AGE_SECONDS
                  + "; Path=/; HttpOnly; SameSite=Lax"
                  + (secure ? "; Secure" : ""));
    }
  }
}
