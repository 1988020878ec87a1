package io.canarygateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.canarygateway.route.ValueMatch;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A rule that sends a request to canary if all of its members fit. Immutable.
 *
 * @param headers names in lower case to values
 * @param cookies names to values
 * @param query names of parameters to values
 * @param sources the ranges of addresses, of which the client's has to be in one; empty for any
 */
public record CanaryRule(
    Map<String, ValueMatch> headers,
    Map<String, ValueMatch> cookies,
    Map<String, ValueMatch> query,
    List<Cidr> sources) {

  static final String EXPECTED =
      "a list of rules such as {\"headers\": {\"X-User-Group\": \"beta\"}, \"sources\":"
          + " [\"10.0.0.0/8\"]}";

  private static final int MOST = 256;

  /** Expressions are tried on an event loop, for values that clients choose. */
  private static final int MOST_EXPRESSIONS = 100;

  /**
   * Copies the collections.
   *
   * @param headers names in lower case to values
   * @param cookies names to values
   * @param query names of parameters to values
   * @param sources the ranges of addresses; empty for any
   */
  public CanaryRule {
    headers = Map.copyOf(headers);
    cookies = Map.copyOf(cookies);
    query = Map.copyOf(query);
    sources = List.copyOf(sources);
  }

  /**
   * Compares a client's address with the sources.
   *
   * @param client the address; null for a client without one, as on a Unix socket
   * @return whether it is in one of the ranges, or any address fits
   */
  public boolean fitsSource(@Nullable InetAddress client) {
    return sources.isEmpty()
        || client != null && sources.stream().anyMatch(range -> range.contains(client));
  }

  private long expressions() {
    return Stream.of(headers, cookies, query)
        .flatMap(values -> values.values().stream())
        .filter(ValueMatch.Regex.class::isInstance)
        .count();
  }

  static List<CanaryRule> readAll(JsonNode node) {
    if (!node.isArray() || node.size() > MOST) {
      throw JsonFields.fault("value", node, "a list of at most " + MOST + " rules");
    }
    List<CanaryRule> rules = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      rules.add(read("[" + i + "]", node.get(i)));
    }
    if (rules.stream().mapToLong(CanaryRule::expressions).sum() > MOST_EXPRESSIONS) {
      throw JsonFields.fault(
          "value", node, "rules with at most " + MOST_EXPRESSIONS + " regular expressions");
    }
    return List.copyOf(rules);
  }

  private static CanaryRule read(String path, JsonNode node) {
    JsonFields fields =
        new JsonFields(path, node, Set.of("headers", "cookies", "query", "sources"));
    CanaryRule rule =
        new CanaryRule(
            fields.members(
                "headers", HeaderNames::lowerCase, HeaderNames.EXPECTED, MatchReader::value),
            fields.members(
                "cookies", HeaderNames::cookie, HeaderNames.COOKIE_EXPECTED, MatchReader::value),
            fields.members("query", Function.identity(), "a name", MatchReader::value),
            fields
                .texts(
                    "sources",
                    "an address range such as 10.0.0.0/8",
                    text -> Cidr.parse(text).toString())
                .orElse(List.of())
                .stream()
                .map(Cidr::parse)
                .toList());
    if (rule.headers.isEmpty()
        && rule.cookies.isEmpty()
        && rule.query.isEmpty()
        && rule.sources.isEmpty()) {
      throw JsonFields.fault(path, node, "at least one of headers, cookies, query and sources");
    }
    return rule;
  }
}
