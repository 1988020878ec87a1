package io.canarygateway.interceptor;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON merge patches (RFC 7396). Numbers keep all their digits. Stateless. */
final class MergePatch {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final ObjectReader READER = MAPPER.readerFor(JsonNode.class);

  private MergePatch() {}

  /**
   * Reads a JSON text.
   *
   * @throws IOException if it is malformed or nested too deeply
   */
  static JsonNode parse(byte[] text) throws IOException {
    JsonNode value = READER.readValue(text);
    if (value == null || value.isMissingNode()) {
      throw new IOException("no JSON");
    }
    return value;
  }

  /**
   * Applies a patch to a JSON text.
   *
   * @return the new text, in UTF-8
   * @throws IOException if the text is malformed or nested too deeply
   */
  static byte[] apply(JsonNode patch, byte[] text) throws IOException {
    return MAPPER.writeValueAsBytes(merge(parse(text), patch));
  }

  private static JsonNode merge(@Nullable JsonNode value, JsonNode patch) {
    if (!(patch instanceof ObjectNode members)) {
      return patch;
    }
    ObjectNode merged =
        value instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> member : members.properties()) {
      if (member.getValue().isNull()) {
        merged.remove(member.getKey());
      } else {
        merged.set(member.getKey(), merge(merged.get(member.getKey()), member.getValue()));
      }
    }
    return merged;
  }
}
