package io.canarygateway.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagException;
import io.canarygateway.flags.FlagFile;
import io.canarygateway.flags.FlagRegistry;
import io.canarygateway.flags.FlagType.JsonForm;
import io.canarygateway.flags.Problem;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads a configuration document: canary-router's JSON with the gateway's own sections. Every fault
 * is collected, so that an operator sees all of them at once.
 */
public final class ConfigReader {

  /** What the document itself is called in a problem. */
  public static final String DOCUMENT = "-conf";

  private static final int MAX_DEPTH = 64;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final Map<String, String> texts = new LinkedHashMap<>();
  private final Map<String, String> fromFiles = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();
  private FlagRegistry registry = Settings.registry();

  /** What is declared, be it with a fault, which is then the only thing to tell. */
  private final Set<String> declared = new HashSet<>();

  /** The sections: every proper prefix of a flag's path. */
  private final Set<String> sections = new HashSet<>();

  private ConfigReader() {}

  /**
   * Reads a document, and the files that companions ({@code NAME_path}) name; blocks for these.
   *
   * @param json the document
   * @return its values, valid one by one; {@link GatewayConfig#of} checks them together
   * @throws ConfigException with every fault of the document
   */
  public static FlagValues read(String json) throws ConfigException {
    ConfigReader reader = new ConfigReader();
    reader.readDocument(json);
    reader.texts.putAll(reader.fromFiles);
    if (!reader.problems.isEmpty()) {
      if (!reader.faulty().contains(DOCUMENT)) {
        // What is missing or contradictory among the good values is told at the same time.
        FlagValues good = new FlagValues(reader.texts);
        reader.problems.addAll(GatewayConfig.problemsOf(good, reader.faulty()));
      }
      throw new ConfigException(reader.problems);
    }
    return new FlagValues(reader.texts);
  }

  private Set<String> faulty() {
    return problems.stream().map(Problem::key).collect(Collectors.toSet());
  }

  private void readDocument(String json) {
    JsonNode document;
    try (JsonParser parser = JSON.createParser(withoutByteOrderMark(json))) {
      document = JSON.readTree(parser);
      if (document == null || !document.isObject()) {
        problems.add(
            new Problem(
                DOCUMENT,
                document == null ? "nothing" : JsonTexts.shown(document),
                "a JSON object"));
        return;
      }
      if (parser.nextToken() != null) {
        problems.add(
            new Problem(
                DOCUMENT,
                "text after the document's end at line "
                    + parser.currentTokenLocation().getLineNr(),
                "one JSON object"));
      }
    } catch (StreamConstraintsException e) {
      problems.add(
          new Problem(
              DOCUMENT, "a document too deep or too long", "at most " + MAX_DEPTH + " levels"));
      return;
    } catch (JsonProcessingException e) {
      problems.clear(); // What was read before is not worth telling apart.
      problems.add(malformed(e));
      return;
    } catch (IOException e) {
      throw new IllegalStateException("a string cannot fail to be read", e);
    }
    readDeclarations(document);
    readSection(document, "");
  }

  /** Some editors begin a UTF-8 file with one. */
  private static String withoutByteOrderMark(String json) {
    return json.startsWith("\uFEFF") ? json.substring(1) : json;
  }

  private static Problem malformed(JsonProcessingException e) {
    String where =
        "line " + e.getLocation().getLineNr() + " column " + e.getLocation().getColumnNr();
    return new Problem(
        DOCUMENT,
        where + ": " + e.getOriginalMessage().replaceAll("(?s)\n.*| \\(start marker.*", ""),
        "JSON");
  }

  /** What the document declares is known before its values are read. */
  private void readDeclarations(JsonNode document) {
    String key = SourceSettings.FLAGS_DECLARE.name();
    JsonNode declarations = document.path("flags").path("declare");
    if (declarations.isMissingNode()) {
      declarations = document.path(key);
    }
    if (!declarations.isMissingNode() && !declarations.isNull()) {
      registry = registry.with(DeclaredFlags.read(declarations, problems));
      declarations.fieldNames().forEachRemaining(declared::add);
    }
    registry.byName().keySet().forEach(name -> sections.addAll(prefixes(name)));
    declared.forEach(name -> sections.addAll(prefixes(name)));
  }

  private void readSection(JsonNode section, String prefix) {
    section.properties().forEach(field -> readValue(prefix + field.getKey(), field.getValue()));
  }

  private void readValue(String key, JsonNode value) {
    Optional<Flag<?>> flag = registry.find(key);
    if (flag.isPresent()) {
      readFlag(flag.get(), value);
    } else if (declared.contains(key)) {
      return;
    } else if (!sections.contains(key)) {
      problems.add(
          new Problem(
              key, JsonTexts.shown(value), "a known key; the nearest is " + registry.nearest(key)));
    } else if (value.isObject()) {
      if (Settings.SWITCHES.containsKey(key)) {
        var set = Settings.SWITCHES.get(key);
        texts.putIfAbsent(set.getKey().name(), set.getValue());
      }
      readSection(value, key + ".");
    } else {
      problems.add(new Problem(key, JsonTexts.shown(value), "an object"));
    }
  }

  private void readFlag(Flag<?> flag, JsonNode value) {
    if (value.isNull()) {
      return;
    }
    String text = JsonTexts.of(value, flag.type().jsonForm());
    if (value.isTextual() && value.textValue().isEmpty() && flag.defaultValue() == null) {
      return; // As in canary-router, an empty URL is none.
    }
    if (text != null) {
      try {
        texts.put(flag.name(), flag.canonical(text));
        registry.companionOf(flag.name()).ifPresent(named -> readFile(flag.name(), named, text));
        return;
      } catch (FlagException e) {
        // Told below, with what stands in the document.
      }
    }
    boolean list = flag.type().jsonForm() == JsonForm.STRING_ARRAY && text != null;
    String shown = list ? Problem.quote(text) : JsonTexts.shown(value);
    problems.add(new Problem(flag.name(), flag.secret() ? "a secret" : shown, flag.expected()));
  }

  /** What stands in a file that is named goes before what stands in the document. */
  private void readFile(String key, Flag<?> flag, String path) {
    if (path.isEmpty()) {
      return;
    }
    try {
      fromFiles.put(flag.name(), flag.canonicalFile(FlagFile.read(Path.of(path))));
    } catch (FlagException e) {
      problems.addAll(e.problems());
    } catch (IOException | InvalidPathException e) {
      problems.add(Problem.ofText(key, path, FlagFile.EXPECTED));
    }
  }

  private static List<String> prefixes(String name) {
    List<String> prefixes = new ArrayList<>();
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      prefixes.add(name.substring(0, dot));
    }
    return prefixes;
  }
}
