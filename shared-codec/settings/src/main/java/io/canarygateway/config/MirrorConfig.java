package io.canarygateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The copies of requests that are sent to another server, whose answers are dropped. Immutable.
 *
 * @param to the server; empty for canary
 * @param fraction the share of requests that is copied, 0 to 1
 * @param maxBody the most bytes of a body; a request with a larger one is not copied
 * @param methods the methods of requests that are copied
 */
public record MirrorConfig(
    Optional<HttpUrl> to, double fraction, int maxBody, Set<String> methods) {

  static final String EXPECTED =
      "an object of to, fraction, max-body and methods, such as {\"to\": \"canary\", \"fraction\":"
          + " 0.1}";

  private static final String CANARY = "canary";
  private static final FlagType<String> TO =
      FlagTypes.of(
          "string",
          FlagType.JsonForm.STRING,
          "canary or " + HttpUrl.EXPECTED,
          text -> text.equals(CANARY) ? text : HttpUrl.parse(text).toString(),
          text -> text);
  private static final FlagType<Double> FRACTION =
      FlagTypes.of(
          "float64",
          FlagType.JsonForm.NUMBER,
          "0 to 1; 10 percent is 0.1",
          text -> {
            double fraction = Double.parseDouble(text);
            if (!(fraction >= 0 && fraction <= 1)) {
              throw new IllegalArgumentException(text);
            }
            return fraction;
          },
          String::valueOf);
  private static final long MAX_BODY = 1 << 20;
  private static final long DEFAULT_BODY = 65_536;

  static MirrorConfig read(JsonNode node) {
    JsonFields fields = new JsonFields("", node, Set.of("to", "fraction", "max-body", "methods"));
    String to =
        fields
            .optional("to", TO)
            .orElseThrow(() -> JsonFields.fault("to", fields.node("to"), TO.expected()));
    return new MirrorConfig(
        to.equals(CANARY) ? Optional.empty() : Optional.of(HttpUrl.parse(to)),
        fields.optional("fraction", FRACTION).orElse(1.0),
        fields.optional("max-body", FlagTypes.int64(0, MAX_BODY)).orElse(DEFAULT_BODY).intValue(),
        Set.copyOf(MatchReader.methods(fields, "methods").orElse(List.of("GET", "HEAD"))));
  }
}
