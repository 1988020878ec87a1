package io.canarygateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * How many requests of a route may pass in a time. Immutable.
 *
 * @param requests the tokens of a full bucket; each request takes one
 * @param per the time in which an empty bucket gets full
 * @param by the requests that share a bucket
 * @param header the header whose value has a bucket, in lower case; empty unless it decides
 */
public record RateLimitConfig(long requests, Duration per, By by, String header) {

  /** The requests that share a bucket. */
  public enum By {
    /** Those of one client. */
    CLIENT,
    /** All of the route. */
    ROUTE,
    /** Those with one value of a header. */
    HEADER
  }

  static final String EXPECTED =
      "an object of requests, per and by, such as {\"requests\": 100, \"per\": \"1s\"}";

  private static final String HEADER_PREFIX = "header:";
  private static final FlagType<Long> REQUESTS = FlagTypes.int64(1, 1_000_000_000);
  private static final FlagType<Duration> PER =
      FlagTypes.seconds(Duration.ofMillis(1), Duration.ofHours(24));
  private static final FlagType<String> BY =
      FlagTypes.of(
          "string",
          FlagType.JsonForm.STRING,
          "client, route or header:NAME with a header name as HTTP allows it",
          RateLimitConfig::by,
          text -> text);

  static RateLimitConfig read(JsonNode node) {
    JsonFields fields = new JsonFields("", node, Set.of("requests", "per", "by"));
    long requests =
        fields
            .optional("requests", REQUESTS)
            .orElseThrow(
                () -> JsonFields.fault("requests", fields.node("requests"), REQUESTS.expected()));
    Duration per = fields.optional("per", PER).orElse(Duration.ofSeconds(1));
    String by = fields.optional("by", BY).orElse("client");
    return by.startsWith(HEADER_PREFIX)
        ? new RateLimitConfig(requests, per, By.HEADER, by.substring(HEADER_PREFIX.length()))
        : new RateLimitConfig(requests, per, By.valueOf(by.toUpperCase(Locale.ROOT)), "");
  }

  /** {@return the requests that share a bucket, as the setting names them} */
  public String shownBy() {
    return by == By.HEADER ? HEADER_PREFIX + header : by.name().toLowerCase(Locale.ROOT);
  }

  private static String by(String text) {
    if (text.startsWith(HEADER_PREFIX)) {
      return HEADER_PREFIX + HeaderNames.lowerCase(text.substring(HEADER_PREFIX.length()));
    }
    if (!text.equals("client") && !text.equals("route")) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }
}
