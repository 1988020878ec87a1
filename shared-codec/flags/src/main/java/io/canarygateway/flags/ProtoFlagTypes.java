package io.canarygateway.flags;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.canarygateway.flags.FlagType.JsonForm;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The types of flags that hold a proto3 message, as go-flagz's {@code DynProto3}. A value that
 * looks like {@code {…}} is read as JSON, any other value in the binary form. Fields keep the names
 * of the {@code .proto} file.
 */
public final class ProtoFlagTypes {

  private ProtoFlagTypes() {}

  /**
   * Messages of a generated class.
   *
   * @param prototype a message of that class, such as its default instance
   * @param <M> the generated class
   * @return the type
   */
  public static <M extends Message> FlagType<M> proto3(M prototype) {
    return new Proto3<>(prototype);
  }

  /**
   * Messages that are known by their description only.
   *
   * @param descriptorSet the output of {@code protoc --include_imports --descriptor_set_out}
   * @param messageName the full name of the message, {@code package.Message}
   * @return the type
   * @throws IllegalArgumentException if the set has no such message
   */
  public static FlagType<DynamicMessage> proto3(byte[] descriptorSet, String messageName) {
    Map<String, FileDescriptor> built = new HashMap<>();
    try {
      // protoc writes a file after the files that it imports.
      for (FileDescriptorProto file : FileDescriptorSet.parseFrom(descriptorSet).getFileList()) {
        FileDescriptor[] imports =
            file.getDependencyList().stream()
                .map(built::get)
                .filter(Objects::nonNull)
                .toArray(FileDescriptor[]::new);
        built.put(file.getName(), FileDescriptor.buildFrom(file, imports));
      }
    } catch (InvalidProtocolBufferException | DescriptorValidationException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    Descriptor message =
        built.values().stream()
            .flatMap(file -> file.getMessageTypes().stream())
            .flatMap(ProtoFlagTypes::withNested)
            .filter(type -> type.getFullName().equals(messageName))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no message " + messageName));
    return new Proto3<>(DynamicMessage.getDefaultInstance(message));
  }

  private static Stream<Descriptor> withNested(Descriptor message) {
    return Stream.concat(
        Stream.of(message), message.getNestedTypes().stream().flatMap(ProtoFlagTypes::withNested));
  }

  private record Proto3<M extends Message>(M prototype) implements FlagType<M> {

    private static final JsonFormat.Printer PRINTER =
        JsonFormat.printer()
            .omittingInsignificantWhitespace()
            .preservingProtoFieldNames()
            .sortingMapKeys();

    @Override
    public String name() {
      return "proto3";
    }

    @Override
    public M parse(String text) {
      String trimmed = text.strip();
      if (!trimmed.startsWith("{") || !trimmed.endsWith("}")) {
        throw new IllegalArgumentException("not a JSON object");
      }
      Message.Builder builder = prototype.newBuilderForType();
      try {
        JsonFormat.parser().merge(trimmed, builder);
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
      return built(builder);
    }

    @Override
    public M parse(byte[] bytes) {
      String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
      if (text.startsWith("{") && text.endsWith("}")) {
        return FlagType.super.parse(bytes);
      }
      try {
        return built(prototype.newBuilderForType().mergeFrom(bytes));
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }

    @Override
    public M parseFile(byte[] bytes) {
      return parse(bytes);
    }

    @SuppressWarnings("unchecked") // A message's builder builds messages of its type.
    private M built(Message.Builder builder) {
      return (M) builder.build();
    }

    @Override
    public String format(M value) {
      try {
        return PRINTER.print(value);
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }

    @Override
    public String expected() {
      return "a "
          + prototype.getDescriptorForType().getFullName()
          + " as JSON, or in its binary form";
    }

    @Override
    public JsonForm jsonForm() {
      return JsonForm.JSON;
    }
  }
}
