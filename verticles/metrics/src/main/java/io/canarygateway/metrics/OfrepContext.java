package io.canarygateway.metrics;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The evaluation context of a request: a valid one, or a fault.
 *
 * @param json the context
 * @param targetingKey the client's key; empty if there is none
 * @param fault the error of a body that is not valid; null for a valid one
 */
record OfrepContext(JsonObject json, String targetingKey, @Nullable JsonObject fault) {

  private static final String TARGETING_KEY = "targetingKey";

  /** Reads the body of a request. */
  static OfrepContext of(@Nullable Buffer body) {
    Object decoded;
    try {
      decoded = body == null || body.length() == 0 ? null : Json.decodeValue(body);
    } catch (DecodeException e) {
      return faulty("PARSE_ERROR", "the body is not JSON");
    }
    if (!(decoded instanceof JsonObject request)) {
      return faulty("PARSE_ERROR", "expected a JSON object with the member context");
    }
    if (!(request.getValue("context") instanceof JsonObject json)) {
      return faulty("INVALID_CONTEXT", "expected context to be a JSON object");
    }
    Object key = json.getValue(TARGETING_KEY);
    if (key == null) {
      return new OfrepContext(json, "", null);
    }
    return key instanceof String text
        ? new OfrepContext(json, text, null)
        : faulty("INVALID_CONTEXT", "expected context.targetingKey to be a string");
  }

  private static OfrepContext faulty(String code, String details) {
    return new OfrepContext(new JsonObject(), "", Evaluation.error(code, details));
  }
}
