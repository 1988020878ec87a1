package io.canarygateway.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagType.JsonForm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * Reads a configuration document: canary-router's JSON with the gateway's own sections. Every fault
 * is collected, so that an operator sees all of them at once.
 */
public final class ConfigReader {

  /** What the document itself is called in a problem. */
  public static final String DOCUMENT = "-conf";

  private static final int MAX_DEPTH = 32;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  /** The sections: every proper prefix of a setting's path. */
  private static final Set<String> SECTIONS =
      Settings.byName().keySet().stream()
          .flatMap(name -> prefixes(name).stream())
          .collect(Collectors.toUnmodifiableSet());

  private final Map<String, String> texts = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();

  private ConfigReader() {}

  /**
   * Reads a document.
   *
   * @param json the document
   * @return its values, valid one by one; {@link GatewayConfig#of} checks them together
   * @throws ConfigException with every fault of the document
   */
  public static FlagValues read(String json) throws ConfigException {
    ConfigReader reader = new ConfigReader();
    reader.readDocument(json);
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
    try (JsonParser parser = JSON.createParser(withoutByteOrderMark(json))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        problems.add(
            new Problem(
                DOCUMENT,
                parser.currentToken() == null ? "nothing" : shown(parser),
                "a JSON object"));
        return;
      }
      readSection(parser, "");
      if (parser.nextToken() != null) {
        problems.add(
            new Problem(DOCUMENT, "text after the document's end" + at(parser), "one JSON object"));
      }
    } catch (JsonParseException e) {
      problems.clear(); // What was read before is not worth telling apart.
      problems.add(malformed(e));
    } catch (StreamConstraintsException e) {
      problems.add(
          new Problem(
              DOCUMENT, "a document too deep or too long", "at most " + MAX_DEPTH + " levels"));
    } catch (IOException e) {
      throw new IllegalStateException("a string cannot fail to be read", e);
    }
  }

  /** Some editors begin a UTF-8 file with one. */
  private static String withoutByteOrderMark(String json) {
    return json.startsWith("\uFEFF") ? json.substring(1) : json;
  }

  private static Problem malformed(JsonParseException e) {
    String where =
        "line " + e.getLocation().getLineNr() + " column " + e.getLocation().getColumnNr();
    return new Problem(
        DOCUMENT,
        where + ": " + e.getOriginalMessage().replaceAll("(?s)\n.*| \\(start marker.*", ""),
        "JSON");
  }

  private void readSection(JsonParser parser, String section) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = section + parser.currentName();
      parser.nextToken();
      readValue(parser, key);
    }
  }

  private void readValue(JsonParser parser, String key) throws IOException {
    Flag<?> flag = Settings.byName().get(key);
    if (flag != null) {
      readFlag(parser, flag);
    } else if (!SECTIONS.contains(key)) {
      problems.add(new Problem(key, shown(parser), "a known key; the nearest is " + nearest(key)));
      parser.skipChildren();
    } else if (parser.currentToken() == JsonToken.START_OBJECT) {
      readSection(parser, key + ".");
    } else {
      problems.add(new Problem(key, shown(parser), "an object"));
      parser.skipChildren();
    }
  }

  private void readFlag(JsonParser parser, Flag<?> flag) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    String shown = shown(parser);
    String text = textOf(parser, flag.type().jsonForm());
    if (text != null && text.isEmpty() && flag.defaultValue() == null) {
      return; // As in canary-router, an empty URL is none.
    }
    if (text != null) {
      try {
        flag.type().parse(text);
        texts.put(flag.name(), text);
        return;
      } catch (IllegalArgumentException e) {
        // Told below, in words for operators.
      }
    }
    boolean list = flag.type().jsonForm() == JsonForm.STRING_ARRAY && text != null;
    problems.add(
        new Problem(flag.name(), list ? Problem.quote(text) : shown, flag.type().expected()));
  }

  /** The text form of the current value, or null if the JSON has the wrong form. */
  private static String textOf(JsonParser parser, JsonForm form) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_ARRAY) {
      return form == JsonForm.STRING_ARRAY ? joinArray(parser) : skip(parser);
    }
    if (token == JsonToken.START_OBJECT) {
      return skip(parser);
    }
    boolean fits =
        token == JsonToken.VALUE_STRING
            || form == JsonForm.NUMBER && token.isNumeric()
            || form == JsonForm.BOOLEAN && token.isBoolean();
    return fits ? parser.getText() : null;
  }

  private static String joinArray(JsonParser parser) throws IOException {
    List<String> elements = new ArrayList<>();
    boolean fits = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      fits &= parser.currentToken() == JsonToken.VALUE_STRING && parser.getText().indexOf(',') < 0;
      elements.add(parser.getText());
      parser.skipChildren();
    }
    return fits ? String.join(",", elements) : null;
  }

  private static String skip(JsonParser parser) throws IOException {
    parser.skipChildren();
    return null;
  }

  private static String shown(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> Problem.quote(parser.getText());
      default -> parser.getText();
    };
  }

  private static String at(JsonParser parser) {
    return " at line " + parser.currentTokenLocation().getLineNr();
  }

  private static String nearest(String key) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    String nearest = null;
    int best = Integer.MAX_VALUE;
    for (String name : Settings.byName().keySet()) {
      int found = distance.apply(name, key);
      if (found < best) {
        best = found;
        nearest = name;
      }
    }
    return nearest;
  }

  private static List<String> prefixes(String name) {
    List<String> prefixes = new ArrayList<>();
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      prefixes.add(name.substring(0, dot));
    }
    return prefixes;
  }
}
