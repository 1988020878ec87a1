package io.canarygateway.interceptor;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@link JsonSet}.
 *
 * @param request the patch for the bodies of requests; null leaves them as they are
 * @param response the patch for the bodies of responses; null leaves them as they are
 * @param maxBody the largest body that is patched, in bytes
 */
record JsonSetSettings(@Nullable JsonNode request, @Nullable JsonNode response, int maxBody) {

  static final int DEFAULT_MAX_BODY = 64 * 1024;

  private static final int MOST_MAX_BODY = 16 * 1024 * 1024;
  private static final Set<String> KEYS = Set.of("request", "response", "max-body");
  private static final String EXPECTED =
      "an object with request or response, a JSON merge patch each, and max-body, 1 to "
          + MOST_MAX_BODY;

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException with what was expected
   */
  static JsonSetSettings parse(String text) {
    JsonNode settings;
    try {
      settings = MergePatch.parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalArgumentException(EXPECTED, e);
    }
    JsonNode maxBody = settings.get("max-body");
    boolean known = settings.isObject();
    for (var member : settings.properties()) {
      known &= KEYS.contains(member.getKey());
    }
    boolean patches = settings.has("request") || settings.has("response");
    boolean fits =
        maxBody == null
            || maxBody.isInt() && maxBody.intValue() > 0 && maxBody.intValue() <= MOST_MAX_BODY;
    if (!known || !patches || !fits) {
      throw new IllegalArgumentException(EXPECTED);
    }
    return new JsonSetSettings(
        settings.get("request"),
        settings.get("response"),
        maxBody == null ? DEFAULT_MAX_BODY : maxBody.intValue());
  }
}
