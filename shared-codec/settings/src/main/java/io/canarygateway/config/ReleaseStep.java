package io.canarygateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A step of a release. Immutable.
 *
 * @param weight canary's share of clients; in (0, 1]
 * @param minDuration the shortest time that the step takes
 * @param minClients the fewest canary clients that are new in the step before it is passed
 */
public record ReleaseStep(double weight, Duration minDuration, long minClients) {

  static final String EXPECTED =
      "a list of rising shares above 0 and up to 1, each a number or an object of weight,"
          + " min-duration and min-clients, such as [0.01, 0.05, 0.25, 1]";

  static final String DEFAULTS = "[0.01, 0.05, 0.25, 1]";

  private static final Duration DEFAULT_DURATION = Duration.ofMinutes(1);
  private static final long DEFAULT_CLIENTS = 100;
  private static final int MOST = 100;
  private static final FlagType<Double> WEIGHT =
      FlagTypes.of(
          "float64",
          FlagType.JsonForm.NUMBER,
          "above 0 and up to 1; 10 percent is 0.1",
          text -> {
            double weight = Double.parseDouble(text);
            if (!(weight > 0 && weight <= 1)) {
              throw new IllegalArgumentException(text);
            }
            return weight;
          },
          String::valueOf);

  static List<ReleaseStep> readAll(JsonNode node) {
    if (!node.isArray() || node.isEmpty() || node.size() > MOST) {
      throw JsonFields.fault("value", node, EXPECTED);
    }
    List<ReleaseStep> steps = new ArrayList<>();
    for (JsonNode each : node) {
      ReleaseStep step = read("[" + steps.size() + "]", each);
      if (!steps.isEmpty() && step.weight <= steps.get(steps.size() - 1).weight) {
        throw JsonFields.fault(
            "[" + steps.size() + "]", each, "a share above that of the step before");
      }
      steps.add(step);
    }
    return List.copyOf(steps);
  }

  private static ReleaseStep read(String path, JsonNode node) {
    if (node.isNumber()) {
      try {
        return new ReleaseStep(WEIGHT.parse(node.asText()), DEFAULT_DURATION, DEFAULT_CLIENTS);
      } catch (IllegalArgumentException e) {
        throw JsonFields.fault(path, node, WEIGHT.expected());
      }
    }
    JsonFields fields = new JsonFields(path, node, Set.of("weight", "min-duration", "min-clients"));
    return new ReleaseStep(
        fields
            .optional("weight", WEIGHT)
            .orElseThrow(
                () -> JsonFields.fault(path + ".weight", fields.node("weight"), WEIGHT.expected())),
        fields
            .optional("min-duration", FlagTypes.seconds(Duration.ZERO, Duration.ofDays(30)))
            .orElse(DEFAULT_DURATION),
        fields.optional("min-clients", FlagTypes.int64(0, Long.MAX_VALUE)).orElse(DEFAULT_CLIENTS));
  }
}
