package io.canarygateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;

/**
 * The protocol's own OpenAPI document.
 *
 * <p>One place of it cannot hold as it stands: a value is {@code oneOf} several schemas, of which
 * {@code codeDefaultFlag} fits every object and {@code floatFlag} every integer. So here {@code
 * codeDefaultFlag} has no value, and the list is {@code anyOf}.
 */
final class OfrepDocument {

  private static final String PATH = "/paths/~1ofrep~1v1~1evaluate~1flags";
  private final ObjectNode document;

  private OfrepDocument(ObjectNode document) {
    this.document = document;
  }

  static OfrepDocument read() throws IOException {
    try (InputStream yaml = OfrepDocument.class.getResourceAsStream("/ofrep/openapi.yaml")) {
      ObjectNode document = (ObjectNode) new YAMLMapper().readTree(yaml);
      assertThat(document.at("/info/version").asText()).isEqualTo("0.3.0");
      ObjectNode schemas = (ObjectNode) document.at("/components/schemas");
      ObjectNode value = (ObjectNode) schemas.at("/evaluationSuccess/allOf/1");
      value.set("anyOf", value.remove("oneOf"));
      ((ObjectNode) schemas.get("codeDefaultFlag"))
          .putObject("not")
          .putArray("required")
          .add("value");
      return new OfrepDocument(document);
    }
  }

  /** Checks that the document has the answer's status, and that its body is as it says. */
  void check(HttpResponse<String> answer) throws IOException {
    boolean one = answer.uri().getPath().matches("/ofrep/v1/evaluate/flags/.+");
    String response = PATH + (one ? "~1{key}" : "") + "/post/responses/" + answer.statusCode();
    assertThat(document.at(response).isMissingNode()).as("missing " + response).isFalse();
    String schema = response + "/content/application~1json/schema";
    if (document.at(schema).isMissingNode()) {
      assertThat(answer.body()).isEmpty();
    } else {
      assertThat(answer.headers().firstValue("content-type")).contains("application/json");
      check(answer.body(), schema);
    }
  }

  /** Checks a JSON text by a schema, given as a JSON pointer into the document. */
  void check(String json, String schema) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode whole = document.deepCopy();
    String pointer = schema.replace("{", "%7B").replace("}", "%7D");
    whole.put("$ref", "#" + pointer);
    JsonNode node = mapper.readTree(json);
    assertThat(JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(whole).validate(node))
        .as(json)
        .isEmpty();
  }
}
