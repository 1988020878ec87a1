package io.canarygateway.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Struct;
import com.google.protobuf.StructProto;
import com.google.protobuf.Value;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Every type with a structure runs the contract: JSON and protocol buffers. */
class StructuredFlagTypesTest {

  @Nested
  class Json extends FlagTypeContract<JsonValue> {
    @Override
    FlagType<JsonValue> type() {
      return JsonFlagTypes.json();
    }

    @Override
    Map<String, String> good() {
      return FlagTypesTest.shown(
          "{}", "{}",
          "{ \"b\": [1, 2.50], \"a\": null }", "{\"a\":null,\"b\":[1,2.50]}",
          "\"<a & b>\"", "\"\\u003ca \\u0026 b\\u003e\"",
          "12345678901234567890", "12345678901234567890",
          "[]", "[]");
    }

    @Override
    List<String> bad() {
      return List.of("", "{", "{} {}", "{\"a\":1,\"a\":2}", "NaN", "'a'", "[".repeat(100));
    }
  }

  record Limits(String string, int json) {}

  @Nested
  class BoundJson extends FlagTypeContract<Limits> {
    @Override
    FlagType<Limits> type() {
      return JsonFlagTypes.json(Limits.class);
    }

    @Override
    Map<String, String> good() {
      return FlagTypesTest.shown(
          "{\"string\":\"foo\",\"json\":1337}", "{\"string\":\"foo\",\"json\":1337}",
          "{\"json\":1}", "{\"string\":null,\"json\":1}");
    }

    @Override
    List<String> bad() {
      return List.of("", "null", "[]", "{\"other\":1}", "{\"json\":1.5}", "{\"json\":\"1\"}");
    }
  }

  @Nested
  class SchemaJson extends FlagTypeContract<JsonValue> {
    @Override
    FlagType<JsonValue> type() {
      return JsonFlagTypes.withSchema(
          """
          {"type": "object", "required": ["rate"], "additionalProperties": false,
           "properties": {"rate": {"type": "integer", "minimum": 1}}}""");
    }

    @Override
    Map<String, String> good() {
      return FlagTypesTest.shown("{\"rate\": 10}", "{\"rate\":10}", "{\"rate\":1}", "{\"rate\":1}");
    }

    @Override
    List<String> bad() {
      return List.of("", "{}", "{\"rate\":0}", "{\"rate\":1,\"more\":2}", "5");
    }

    @Test
    void aSchemaThatIsNoneIsRefused() {
      for (String schema : List.of("{\"type\": \"objekt\"}", "{\"minimum\": \"1\"}", "[]")) {
        assertThatThrownBy(() -> JsonFlagTypes.withSchema(schema))
            .as(schema)
            .isInstanceOf(IllegalArgumentException.class);
      }
    }

    @Test
    void nothingIsFetched() {
      assertThatThrownBy(
              () ->
                  JsonFlagTypes.withSchema("{\"$ref\": \"http://127.0.0.1:9/schema.json\"}")
                      .parse("{}"))
          .isInstanceOf(RuntimeException.class)
          .hasMessageNotContaining("Connection refused");
    }

    @Test
    void olderDraftsAreKnownByTheirName() {
      FlagType<JsonValue> old =
          JsonFlagTypes.withSchema(
              "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"type\": \"integer\"}");
      assertThat(old.parse("5").text()).isEqualTo("5");
      assertThatThrownBy(() -> old.parse("\"5\"")).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Nested
  class Proto3 extends FlagTypeContract<Value> {
    @Override
    FlagType<Value> type() {
      return ProtoFlagTypes.proto3(Value.getDefaultInstance());
    }

    @Override
    Map<String, String> good() {
      return FlagTypesTest.shown(
          "{\"a\": {\"b\": [1, true]}}", "{\"a\":{\"b\":[1.0,true]}}", " {} ", "{}");
    }

    @Override
    List<String> bad() {
      return List.of("{", "plain", "{\"a\":}");
    }

    @Override
    @Test
    void bytesThatAreNotUtf8AreRefused() {
      assertThatThrownBy(() -> type().parse(new byte[] {1, 2, 3}))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theBinaryFormIsReadToo() {
      Value value =
          Value.newBuilder()
              .setStructValue(
                  Struct.newBuilder()
                      .putFields("x", Value.newBuilder().setStringValue("\n").build()))
              .build();
      assertThat(type().parse(value.toByteArray())).isEqualTo(value);
      assertThat(type().parseFile(value.toByteArray())).isEqualTo(value);
    }

    @Test
    void aMessageIsKnownByItsDescriptionAlone() {
      byte[] descriptors =
          FileDescriptorSet.newBuilder()
              .addFile(StructProto.getDescriptor().toProto())
              .build()
              .toByteArray();
      var dynamic = ProtoFlagTypes.proto3(descriptors, "google.protobuf.Struct");
      assertThat(dynamic.display(dynamic.parse("{\"a\": \"b\"}"))).contains("\"a\"");
      assertThatThrownBy(() -> ProtoFlagTypes.proto3(descriptors, "no.Such"))
          .hasMessageContaining("no.Such");
    }
  }
}
