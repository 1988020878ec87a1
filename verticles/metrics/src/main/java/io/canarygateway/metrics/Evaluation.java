package io.canarygateway.metrics;

import io.vertx.core.json.JsonObject;

/**
 * The result of the evaluation of one flag, as OFREP has it.
 *
 * @param status the status of an answer with this flag alone
 * @param json the JSON, which nobody changes
 */
record Evaluation(int status, JsonObject json) {

  /**
   * A flag that exists and cannot be evaluated.
   *
   * @param code one of OpenFeature's error codes
   * @param details one line for people
   */
  static Evaluation failure(String key, String code, String details) {
    return new Evaluation(400, error(code, details).put("key", key));
  }

  static Evaluation notFound(String key) {
    return new Evaluation(404, error("FLAG_NOT_FOUND", "there is no such flag").put("key", key));
  }

  /** An error without a flag. */
  static JsonObject error(String code, String details) {
    return new JsonObject().put("errorCode", code).put("errorDetails", details);
  }
}
