package io.canarygateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagException;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import io.canarygateway.flags.JsonFlagTypes;
import io.canarygateway.flags.JsonValue;
import io.canarygateway.flags.Problem;
import io.canarygateway.flags.ProtoFlagTypes;
import io.canarygateway.flags.Validator;
import io.canarygateway.flags.Validators;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One declaration of {@code flags.declare} whose keys fit its type. It becomes a flag, or problems.
 */
final class Declaration {

  /** The types of declared flags, each with its empty value and the keys that only it knows. */
  enum Type {
    BOOL("bool", "false"),
    INT64("int64", "0", "min", "max"),
    FLOAT64("float64", "0", "min", "max"),
    STRING("string", "", "pattern"),
    DURATION("duration", "0s", "min", "max"),
    STRING_SLICE("string-slice", "", "min-elements"),
    STRING_SET("string-set", "", "min-elements"),
    JSON("json", "{}", "schema"),
    PROTO3("proto3", "{}", "schema");

    final String label;
    private final String empty;
    final Set<String> keys;

    Type(String label, String empty, String... keys) {
      this.label = label;
      this.empty = empty;
      this.keys = Set.of(keys);
    }

    static final String NAMES =
        Arrays.stream(values()).map(type -> type.label).collect(Collectors.joining(", "));
  }

  private final String key;
  private final String name;
  private final JsonNode node;
  private final String usage;
  private final boolean secret;
  private final Type type;
  private final Collection<Flag<?>> flags;
  private final List<Problem> problems;
  private final int problemsBefore;

  Declaration(
      String key,
      String name,
      JsonNode node,
      String usage,
      boolean secret,
      Type type,
      Collection<Flag<?>> flags,
      List<Problem> problems) {
    this.key = key;
    this.name = name;
    this.node = node;
    this.usage = usage;
    this.secret = secret;
    this.type = type;
    this.flags = flags;
    this.problems = problems;
    this.problemsBefore = problems.size();
  }

  /** Adds the flag, or the problems of its declaration. */
  void add() {
    switch (type) {
      case BOOL -> add(Flag.ofDynamic(name, FlagTypes.bool(), false, ""));
      case INT64 ->
          add(ranged(FlagTypes.int64(), Long.MIN_VALUE, Long.MAX_VALUE, Validators::range));
      case FLOAT64 ->
          add(ranged(FlagTypes.float64(), -Double.MAX_VALUE, Double.MAX_VALUE, Validators::range));
      case DURATION ->
          add(
              ranged(
                  FlagTypes.duration(),
                  Duration.ofNanos(-Long.MAX_VALUE),
                  Duration.ofNanos(Long.MAX_VALUE),
                  Validators::range));
      case STRING -> add(matching());
      case STRING_SLICE -> add(atLeast(FlagTypes.stringSlice()));
      case STRING_SET -> add(atLeast(FlagTypes.stringSet()));
      case JSON -> addOf(Declaration::jsonType, "a JSON Schema, or a file that holds one");
      case PROTO3 ->
          addOf(
              Declaration::protoType,
              "FILE#package.Message, FILE as protoc --include_imports --descriptor_set_out writes");
    }
  }

  private static FlagType<JsonValue> jsonType(@Nullable JsonNode schema) {
    if (schema == null) {
      return JsonFlagTypes.json();
    }
    return JsonFlagTypes.withSchema(
        schema.isTextual() ? text(file(schema.asText())) : schema.toString());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] file(String path) {
    try {
      return Files.readAllBytes(Path.of(path));
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException("cannot be read", e);
    }
  }

  private static FlagType<?> protoType(@Nullable JsonNode schema) {
    String text = schema == null ? "" : schema.asText();
    int hash = text.lastIndexOf('#');
    if (hash < 1) {
      throw new IllegalArgumentException(text);
    }
    return ProtoFlagTypes.proto3(file(text.substring(0, hash)), text.substring(hash + 1));
  }

  private void addOf(Function<JsonNode, FlagType<?>> typeOf, String expected) {
    JsonNode schema = node.get("schema");
    FlagType<?> made;
    try {
      made = typeOf.apply(schema);
    } catch (RuntimeException e) {
      String found = schema == null ? "nothing" : JsonTexts.shown(schema);
      problems.add(
          new Problem(
              key + ".schema", found, expected + (schema == null ? "" : "; " + firstLine(e))));
      return;
    }
    add(Flag.ofDynamic(name, made, null, ""));
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private <T extends Comparable<? super T>> Flag<T> ranged(
      FlagType<T> of, T lowest, T highest, BiFunction<T, T, Validator<T>> range) {
    Flag<T> flag = Flag.ofDynamic(name, of, null, "");
    T min = bound(of, "min", lowest);
    T max = bound(of, "max", highest);
    if (min.compareTo(max) > 0) {
      problems.add(
          new Problem(key + ".max", of.display(max), "at least min, which is " + of.display(min)));
    }
    boolean bounded = node.has("min") || node.has("max");
    return bounded ? flag.withValidator(range.apply(min, max)) : flag;
  }

  private <T> T bound(FlagType<T> of, String field, T otherwise) {
    JsonNode bound = node.get(field);
    if (bound == null || bound.isNull()) {
      return otherwise;
    }
    try {
      String text = JsonTexts.of(bound, of.jsonForm());
      if (text != null) {
        return of.parse(text);
      }
    } catch (IllegalArgumentException e) {
      // Reported below.
    }
    problems.add(new Problem(key + "." + field, JsonTexts.shown(bound), of.expected()));
    return otherwise;
  }

  private Flag<String> matching() {
    Flag<String> flag = Flag.ofDynamic(name, FlagTypes.string(), null, "");
    JsonNode pattern = node.get("pattern");
    if (pattern == null) {
      return flag;
    }
    try {
      if (pattern.isTextual()) {
        return flag.withValidator(Validators.matches(Pattern.compile(pattern.asText())));
      }
    } catch (IllegalArgumentException e) {
      // Reported below.
    }
    problems.add(new Problem(key + ".pattern", JsonTexts.shown(pattern), "a regular expression"));
    return flag;
  }

  private <C extends Collection<?>> Flag<C> atLeast(FlagType<C> of) {
    Flag<C> flag = Flag.ofDynamic(name, of, null, "");
    JsonNode count = node.get("min-elements");
    if (count == null) {
      return flag;
    }
    if (!count.isInt() || count.asInt() < 0) {
      problems.add(
          new Problem(key + ".min-elements", JsonTexts.shown(count), "a count of elements"));
      return flag;
    }
    return flag.withValidator(Validators.minElements(count.asInt()));
  }

  /** Adds a flag with its default, usage and secrecy. */
  private <T> void add(Flag<T> flag) {
    if (problems.size() > problemsBefore) {
      return;
    }
    JsonNode given = node.get("default");
    boolean isGiven = given != null && !given.isNull();
    String text = isGiven ? JsonTexts.of(given, flag.type().jsonForm()) : type.empty;
    T value = null;
    boolean valid = false;
    try {
      value = text == null ? null : flag.parse(text);
      valid = text != null;
    } catch (FlagException e) {
      // Reported below if the declaration has a default.
    }
    if (isGiven && !valid) {
      problems.add(
          new Problem(
              key + ".default", secret ? "a secret" : JsonTexts.shown(given), flag.expected()));
      return;
    }
    flags.add(new Flag<>(flag.name(), flag.type(), value, true, usage, flag.validator(), secret));
  }
}
