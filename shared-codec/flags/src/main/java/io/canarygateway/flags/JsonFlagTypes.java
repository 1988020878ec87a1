package io.canarygateway.flags;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.SpecVersionDetector;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.resource.DisallowSchemaLoader;
import io.canarygateway.flags.FlagType.JsonForm;
import java.util.Set;
import java.util.stream.Collectors;

/** The types of flags that hold JSON, as go-flagz's {@code DynJSON}. */
public final class JsonFlagTypes {

  private static final String NAME = "json";

  private JsonFlagTypes() {}

  /** {@return the type of any JSON value} */
  public static FlagType<JsonValue> json() {
    return FlagTypes.of(NAME, JsonForm.JSON, "JSON", JsonValue::parse, JsonValue::text);
  }

  /**
   * JSON that is bound to a record, or to another immutable class that Jackson can create. Unknown
   * keys are refused.
   *
   * @param bound the class
   * @param <T> the class
   * @return the type
   */
  public static <T> FlagType<T> json(Class<T> bound) {
    ObjectReader reader =
        JsonText.MAPPER.readerFor(bound).with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    return FlagTypes.of(
        NAME,
        JsonForm.JSON,
        "JSON of a " + bound.getSimpleName(),
        text -> {
          try {
            T value = reader.readValue(text);
            if (value == null) {
              throw new IllegalArgumentException("null");
            }
            return value;
          } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(JsonFaults.describe(e), e);
          }
        },
        JsonText::compact);
  }

  /**
   * JSON that is valid by a JSON Schema. The draft is the one that {@code $schema} names, or else
   * 2020-12. References to other documents are refused, so nothing is ever fetched.
   *
   * @param schema the schema, a JSON document
   * @return the type
   * @throws IllegalArgumentException if the schema itself is not valid
   */
  public static FlagType<JsonValue> withSchema(String schema) {
    JsonNode document = JsonText.parse(schema);
    VersionFlag version =
        SpecVersionDetector.detectOptionalVersion(document, false).orElse(VersionFlag.V202012);
    Set<ValidationMessage> faults =
        JsonSchemaFactory.getInstance(version)
            .getSchema(SchemaLocation.of(version.getId()))
            .validate(document);
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(messages(faults));
    }
    JsonSchema compiled =
        JsonSchemaFactory.getInstance(
                version,
                builder ->
                    builder.schemaLoaders(
                        loaders -> loaders.add(DisallowSchemaLoader.getInstance())))
            .getSchema(document);
    compiled.initializeValidators();
    return FlagTypes.of(
        NAME,
        JsonForm.JSON,
        "JSON that is valid by its schema",
        text -> {
          Set<ValidationMessage> problems = compiled.validate(JsonText.parse(text));
          if (!problems.isEmpty()) {
            throw new IllegalArgumentException(messages(problems));
          }
          return JsonValue.parse(text);
        },
        JsonValue::text);
  }

  private static String messages(Set<ValidationMessage> messages) {
    return messages.stream().map(ValidationMessage::getMessage).collect(Collectors.joining("; "));
  }
}
