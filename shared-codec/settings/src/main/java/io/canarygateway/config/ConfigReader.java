package io.canarygateway.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagException;
import io.canarygateway.flags.FlagFile;
import io.canarygateway.flags.FlagRegistry;
import io.canarygateway.flags.FlagType.JsonForm;
import io.canarygateway.flags.JsonFaults;
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
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The reader of a configuration document: canary-router's JSON with the gateway's own sections. All
 * problems are collected, so that an operator sees all of them at once.
 */
public final class ConfigReader {

  /** The key of a problem of the document as a whole. */
  public static final String DOCUMENT = "-conf";

  /** The key by which editors find the document's JSON Schema. The gateway does not read it. */
  static final String SCHEMA = "$schema";

  private static final int MAX_DEPTH = 64;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
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

  /**
   * The names in {@code flags.declare}. A value of a flag whose declaration is invalid is not
   * reported: the declaration is.
   */
  private final Set<String> declared = new HashSet<>();

  /** The routes of the document. */
  private final Set<String> routes = new TreeSet<>();

  /** Whether companion flags name files to read. */
  private boolean files = true;

  /** All proper prefixes of the flags' paths. */
  private final Set<String> sections = new HashSet<>();

  private ConfigReader() {}

  /**
   * Reads a document, and the files that companion flags ({@code NAME_path}) name. Blocks while it
   * reads the files.
   *
   * @param json the document
   * @return the values, each valid by itself; {@link GatewayConfig#of} checks them together
   * @throws ConfigException with every problem of the document
   */
  public static FlagValues read(String json) throws ConfigException {
    ConfigReader reader = new ConfigReader();
    reader.readDocument(json);
    reader.texts.putAll(reader.fromFiles);
    reader.readMatches();
    if (!reader.problems.isEmpty()) {
      if (!reader.faulty().contains(DOCUMENT)) {
        // Missing keys and conflicts of the valid values are reported at the same time.
        FlagValues good = new FlagValues(reader.texts);
        reader.problems.addAll(GatewayConfig.problemsOf(good, reader.faulty()));
      }
      throw new ConfigException(reader.problems);
    }
    return new FlagValues(reader.texts);
  }

  /**
   * Reads the members of a route that is the value of one flag. Files are not read.
   *
   * @param name the flag, {@code routes.NAME}
   * @return the full names of flags to their canonical texts
   * @throws IllegalArgumentException with the first problem
   */
  static Map<String, String> readRoute(String name, JsonNode route) {
    ConfigReader reader = new ConfigReader();
    reader.files = false;
    if (!route.isObject()) {
      throw JsonFields.fault(name, route, "an object");
    }
    reader.readSection(route, name + ".");
    reader.readMatches();
    if (!reader.problems.isEmpty()) {
      throw new IllegalArgumentException(reader.problems.get(0).toString());
    }
    return reader.texts;
  }

  /** Checks that each route of the document has a match; its other keys alone make no route. */
  private void readMatches() {
    Set<String> faulty = faulty();
    texts.keySet().forEach(key -> Settings.routeOf(key).ifPresent(routes::add));
    for (String route : routes) {
      String match = Settings.matchOf(route);
      if (!texts.containsKey(match)
          && !texts.containsKey(RouteFlags.PREFIX + route)
          && !faulty.contains(match)) {
        problems.add(new Problem(match, "nothing", MatchReader.EXPECTED));
      }
    }
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
      problems.clear(); // A problem before the syntax error may be a consequence of it.
      problems.add(malformed(e));
      return;
    } catch (IOException e) {
      throw new IllegalStateException("a string cannot fail to be read", e);
    }
    JsonNode schema = ((ObjectNode) document).remove(SCHEMA);
    if (schema != null && !schema.isTextual()) {
      problems.add(
          new Problem(SCHEMA, JsonTexts.shown(schema), "a string, the place of a JSON Schema"));
    }
    readDeclarations(document);
    readSection(document, "");
  }

  /** Some editors begin a UTF-8 file with a byte order mark. */
  private static String withoutByteOrderMark(String json) {
    return json.startsWith("\uFEFF") ? json.substring(1) : json;
  }

  private static Problem malformed(JsonProcessingException e) {
    return new Problem(DOCUMENT, JsonFaults.place(e), JsonFaults.expected(e));
  }

  /** Declarations are read before the values, wherever they stand in the document. */
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
    if (value.isObject() && registry.isFamilySection(key)) {
      Settings.routeOf(key).ifPresent(routes::add);
      readSection(value, key + ".");
      return;
    }
    Optional<Flag<?>> flag = files ? registry.find(key) : registry.declared(key);
    if (flag.isPresent()) {
      readFlag(flag.get(), value);
    } else if (declared.contains(key)) {
      return;
    } else if (!sections.contains(key) && !registry.isFamilySection(key)) {
      problems.add(
          new Problem(
              key, JsonTexts.shown(value), "a known key; the nearest is " + registry.nearest(key)));
    } else if (value.isObject()) {
      if (value.isEmpty() && TlsFlags.isSection(key)) {
        problems.add(new Problem(key, "{}", TlsFlags.MAIN_PAIR));
      }
      var implied = Settings.SWITCHES.get(key);
      if (implied != null) {
        texts.putIfAbsent(implied.getKey().name(), implied.getValue());
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
    String expected = flag.expected();
    if (value.isTextual() && value.textValue().isEmpty() && flag.defaultValue() == null) {
      return; // In canary-router an empty URL means "not set".
    }
    if (text != null) {
      try {
        texts.put(flag.name(), flag.canonical(text));
        registry.companionOf(flag.name()).ifPresent(named -> readFile(flag.name(), named, text));
        return;
      } catch (FlagException e) {
        // Reported below, with the spelling of the document.
        if (flag.type().jsonForm() == JsonForm.JSON) {
          expected = e.problems().get(0).expected(); // It names the fault inside the document.
        }
      }
    }
    String shown =
        text != null && flag.type().jsonForm() == JsonForm.STRING_ARRAY
            ? Problem.quote(text)
            : JsonTexts.shown(value);
    problems.add(new Problem(flag.name(), flag.secret() ? "a secret" : shown, expected));
  }

  /** The content of a companion's file takes precedence over the value in the document. */
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
