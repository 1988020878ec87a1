package io.canarygateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.canarygateway.decision.ErrorStatuses;
import io.canarygateway.flags.FlagTypes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * When a request that fails on canary is sent to main instead. Immutable.
 *
 * @param statuses the statuses of canary that count as failures; failed connections and timeouts
 *     always do
 * @param methods the methods of requests that may be sent twice
 * @param maxBody the most bytes of a body that are kept for that; 0 for requests without a body
 * @param after how long canary may take to its response head; empty for half of the client's
 *     timeout
 */
public record CanaryFallback(
    ErrorStatuses statuses, Set<String> methods, int maxBody, Optional<Duration> after) {

  static final String EXPECTED =
      "an object of statuses, methods, max-body and after, such as {\"statuses\": [\"5xx\"]}";

  private static final long MAX_BODY = 1 << 20;

  static CanaryFallback read(JsonNode node) {
    JsonFields fields =
        new JsonFields("", node, Set.of("statuses", "methods", "max-body", "after"));
    return new CanaryFallback(
        ErrorStatuses.of(
            fields
                .texts("statuses", ErrorStatuses.EXPECTED, CanaryFallback::status)
                .orElse(List.of("5xx"))),
        Set.copyOf(
            MatchReader.methods(fields, "methods").orElse(List.of("GET", "HEAD", "OPTIONS"))),
        fields.optional("max-body", FlagTypes.int64(0, MAX_BODY)).orElse(0L).intValue(),
        fields.optional("after", FlagTypes.seconds(Duration.ofMillis(1), Catalogue.MAX_TIMEOUT)));
  }

  private static String status(String text) {
    ErrorStatuses.of(List.of(text));
    return text;
  }
}
