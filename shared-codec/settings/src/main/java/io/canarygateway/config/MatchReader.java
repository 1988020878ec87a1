package io.canarygateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.canarygateway.flags.FlagTypes;
import io.canarygateway.route.PathMatch;
import io.canarygateway.route.RouteMatch;
import io.canarygateway.route.ValueMatch;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads what requests a route matches. Methods throw as those of {@link JsonFields}. */
final class MatchReader {

  static final String EXPECTED =
      "an object of hosts, path, methods, headers and query, such as {\"hosts\":"
          + " [\"shop.example.org\"], \"path\": {\"prefix\": \"/cart\"}}";

  private static final String PATH_EXPECTED =
      "one of {\"exact\": \"/…\"}, {\"prefix\": \"/…\"} and {\"regex\": \"…\"}";
  private static final String REGEX_EXPECTED =
      "a regular expression of RE2, at most 500 characters, without lookaround and backreferences";
  private static final int MAX_REGEX = 500;
  private static final int MAX_HOST = 253;
  private static final Pattern HOST =
      Pattern.compile(
          "(\\*\\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*"
              + "|\\[[0-9a-f:.]{2,45}]");

  private MatchReader() {}

  static RouteMatch match(JsonNode node) {
    JsonFields fields =
        new JsonFields("", node, Set.of("hosts", "path", "methods", "headers", "query"));
    return new RouteMatch(
        fields
            .texts(
                "hosts",
                "a host such as shop.example.org, or *.example.org; without a port",
                MatchReader::host)
            .orElse(List.of()),
        fields.has("path") ? path(fields.node("path")) : RouteMatch.ALL.path(),
        Set.copyOf(methods(fields, "methods").orElse(List.of())),
        fields.members("headers", HeaderNames::lowerCase, HeaderNames.EXPECTED, MatchReader::value),
        fields.members("query", Function.identity(), "a name", MatchReader::value));
  }

  private static String host(String text) {
    String host = text.toLowerCase(Locale.ROOT);
    if (host.length() > MAX_HOST || !HOST.matcher(host).matches()) {
      throw new IllegalArgumentException(text);
    }
    return host;
  }

  static Optional<List<String>> methods(JsonFields fields, String name) {
    return fields.texts(
        name,
        "a method such as GET",
        text -> {
          if (!text.matches("[A-Z][A-Z-]{0,31}")) {
            throw new IllegalArgumentException(text);
          }
          return text;
        });
  }

  private static PathMatch path(JsonNode node) {
    JsonFields fields = new JsonFields("path", node, Set.of("exact", "prefix", "regex"));
    if (node.size() != 1) {
      throw JsonFields.fault("path", node, PATH_EXPECTED);
    }
    if (fields.has("regex")) {
      return regex("path.regex", fields.node("regex"), PathMatch::regex);
    }
    boolean exact = fields.has("exact");
    String text =
        fields
            .optional(exact ? "exact" : "prefix", FlagTypes.string())
            .orElseThrow(() -> JsonFields.fault("path", node, PATH_EXPECTED));
    try {
      return exact ? PathMatch.exact(text) : PathMatch.prefix(text);
    } catch (IllegalArgumentException e) {
      throw JsonFields.fault(
          exact ? "path.exact" : "path.prefix",
          node.get(exact ? "exact" : "prefix"),
          "a path that begins with / and is in normal form, such as /cart");
    }
  }

  /** A value that has to be equal, or an expression that has to match it as a whole. */
  static ValueMatch value(String path, JsonNode node) {
    if (node.isTextual()) {
      return ValueMatch.exact(node.textValue());
    }
    JsonFields fields = new JsonFields(path, node, Set.of("regex"));
    return regex(fields.key("regex"), fields.node("regex"), ValueMatch::regex);
  }

  private static <T> T regex(String path, JsonNode node, Function<String, T> compile) {
    try {
      if (node.isTextual() && node.textValue().length() <= MAX_REGEX) {
        return compile.apply(node.textValue());
      }
    } catch (IllegalArgumentException e) {
      // Reported below.
    }
    throw JsonFields.fault(path, node, REGEX_EXPECTED);
  }
}
