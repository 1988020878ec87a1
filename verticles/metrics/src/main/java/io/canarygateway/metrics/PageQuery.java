package io.canarygateway.metrics;

import io.vertx.core.MultiMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a request for the page asks for. Texts are cut, and numbers that make no sense are 0.
 *
 * @param route the opened route; empty for the worst one
 * @param search a part of what is known of the routes to list
 * @param from how many routes are left out before the first that is listed
 * @param flagSearch a part of the name, the usage or the value of the flags to list
 * @param show which flags are listed
 * @param flagsFrom how many flags are left out
 * @param flag the opened flag; empty for none
 * @param journalFrom how many entries of the journal are left out
 */
record PageQuery(
    String route,
    String search,
    int from,
    String flagSearch,
    Show show,
    int flagsFrom,
    String flag,
    int journalFrom) {

  /** Which flags are listed. */
  enum Show {
    ALL("all"),
    SET("set"),
    OVERRIDDEN("overridden"),
    COVERED("covered"),
    DYNAMIC("dynamic"),
    STATIC("static");

    private final String text;

    Show(String text) {
      this.text = text;
    }

    /** The name in queries and on the page. */
    public String text() {
      return text;
    }

    static Show of(String text) {
      for (Show show : values()) {
        if (show.text.equals(text)) {
          return show;
        }
      }
      return ALL;
    }
  }

  private static final int MAX_TEXT = 300;
  private static final int MAX_FROM = 1_000_000;

  static PageQuery of(MultiMap parameters) {
    return new PageQuery(
        text(parameters, "route"),
        text(parameters, "q"),
        number(parameters, "from"),
        text(parameters, "flags"),
        Show.of(text(parameters, "show")),
        number(parameters, "flags-from"),
        text(parameters, "flag"),
        number(parameters, "journal-from"));
  }

  private static String text(MultiMap parameters, String name) {
    String text = Objects.requireNonNullElse(parameters.get(name), "").strip();
    return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
  }

  private static int number(MultiMap parameters, String name) {
    try {
      int number = Integer.parseInt(text(parameters, name));
      return number < 0 || number > MAX_FROM ? 0 : number;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** The query of a link that opens a route. */
  public String toRoute(String name) {
    return link(Map.of("route", name));
  }

  /** The query of a link to another part of the routes. */
  public String toRoutes(Integer begin) {
    return link(Map.of("from", text(begin)));
  }

  /** The query of a link that opens a flag. */
  public String toFlag(String name) {
    return link(Map.of("flag", name));
  }

  /** The query of a link to another part of the flags. */
  public String toFlags(Integer begin) {
    return link(Map.of("flags-from", text(begin)));
  }

  /** The query of a link to another part of the journal. */
  public String toJournal(Integer begin) {
    return link(Map.of("journal-from", text(begin)));
  }

  /**
   * The query for the part of the page with the routes.
   *
   * @param opened the route that stays open, whichever is the worst one then
   */
  public String ofRoutes(String opened) {
    return link(
        Map.of(
            "route",
            opened,
            "flags",
            "",
            "show",
            "",
            "flags-from",
            "",
            "flag",
            "",
            "journal-from",
            ""));
  }

  /** The query for the part of the page with the flags. */
  public String ofFlags() {
    return link(Map.of("route", "", "q", "", "from", "", "flag", "", "journal-from", ""));
  }

  /** The query for the part of the page with the journal. */
  public String ofJournal() {
    return text(journalFrom).isEmpty() ? "" : "?journal-from=" + text(journalFrom);
  }

  /** The query with other values; an empty one leaves its parameter out. */
  private String link(Map<String, String> others) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("route", route);
    parameters.put("q", search);
    parameters.put("from", text(from));
    parameters.put("flags", flagSearch);
    parameters.put("show", show == Show.ALL ? "" : show.text());
    parameters.put("flags-from", text(flagsFrom));
    parameters.put("flag", flag);
    parameters.put("journal-from", text(journalFrom));
    parameters.putAll(others);
    return parameters.entrySet().stream()
        .filter(parameter -> !parameter.getValue().isEmpty())
        .map(
            parameter ->
                parameter.getKey()
                    + "="
                    + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&", "?", ""));
  }

  /** A number of a query; empty for 0, which is the default. */
  private static String text(int from) {
    return from == 0 ? "" : Integer.toString(from);
  }
}
