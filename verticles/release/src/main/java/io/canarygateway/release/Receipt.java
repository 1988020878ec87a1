package io.canarygateway.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.canarygateway.judge.Evidence;
import io.canarygateway.judge.JudgeSettings;
import io.canarygateway.judge.WeightCounts;
import java.util.List;

/**
 * The receipt of a verdict: all that it rests on, so that anybody can compute it anew. Immutable.
 *
 * @param format the version of this format, 1
 * @param route the route's name; empty for the default route
 * @param version the version that is released
 * @param verdict {@code passed}, {@code promoted}, {@code reverted} or {@code held}; of a person
 *     also {@code paused} or {@code resumed}
 * @param by the person who decided; empty if the judge did
 * @param observed whether nothing was changed, because the release only observes
 * @param reason one sentence for people
 * @param step the step in which it was decided, from 1
 * @param weight canary's share of clients in that step
 * @param judge the settings of the judge
 * @param counts the counted clients
 * @param evidence the evidence, as natural logarithms
 * @param revision the revision of the settings on the node
 * @param node the node that decided
 * @param startedMillis when the release started, in ms since 1970
 * @param stepSinceMillis when the step began, in ms since 1970
 * @param atMillis when it was decided, in ms since 1970
 */
public record Receipt(
    int format,
    String route,
    String version,
    String verdict,
    String by,
    boolean observed,
    String reason,
    int step,
    double weight,
    JudgeSettings judge,
    List<WeightCounts> counts,
    Evidence evidence,
    long revision,
    String node,
    long startedMillis,
    long stepSinceMillis,
    long atMillis) {

  static final int FORMAT = 1;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  /**
   * Copies the list.
   *
   * @param format the version of this format
   * @param route the route's name
   * @param version the version
   * @param verdict the verdict
   * @param by the person
   * @param observed whether nothing was changed
   * @param reason one sentence
   * @param step the step
   * @param weight canary's share
   * @param judge the settings
   * @param counts the counts
   * @param evidence the evidence
   * @param revision the revision
   * @param node the node
   * @param startedMillis when the release started
   * @param stepSinceMillis when the step began
   * @param atMillis when it was decided
   */
  public Receipt {
    counts = List.copyOf(counts);
  }

  /** {@return the receipt as JSON on one line} */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a receipt is always JSON", e);
    }
  }
}
