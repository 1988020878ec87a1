package io.canarygateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Compares answers of the API with its description. */
final class OpenApiContract {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
  static final JsonNode DOCUMENT = read();

  private OpenApiContract() {}

  private static JsonNode read() {
    try {
      return MAPPER.readTree(OpenApi.document().encode());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Checks an answer, if the document has the path and the method. */
  static void check(HttpRequest request, HttpResponse<String> response) throws IOException {
    Optional<JsonNode> operation = operation(request.method(), request.uri().getPath());
    if (operation.isPresent()) {
      String schema =
          response.statusCode() == 200
              ? operation.get().at("/responses/200/content/application~1json/schema/$ref").asText()
              : "#/components/schemas/Error";
      if (!schema.isEmpty()) {
        check(schema, response.body());
      }
    }
  }

  /**
   * Checks a JSON text.
   *
   * @param ref such as {@code #/components/schemas/Flag}
   */
  static void check(String ref, String json) throws IOException {
    ObjectNode schema = MAPPER.createObjectNode().put("$ref", ref);
    schema.set("components", DOCUMENT.get("components"));
    assertThat(SCHEMAS.getSchema(schema).validate(MAPPER.readTree(json))).as(json).isEmpty();
  }

  private static Optional<JsonNode> operation(String method, String path) {
    return DOCUMENT.get("paths").properties().stream()
        .filter(one -> path.matches(one.getKey().replaceAll("\\{[a-z]+}", "[^/]+")))
        .sorted(Map.Entry.comparingByKey())
        .map(one -> one.getValue().get(method.toLowerCase(Locale.ROOT)))
        .filter(one -> one != null)
        .findFirst();
  }
}
