package io.canarygateway.metrics;

import io.canarygateway.message.FlagReport;
import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.loader.ClasspathLoader;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The HTML page of {@code /debug/flagz}. The page loads nothing from other hosts, and works without
 * scripts. All values in it are escaped. Safe for use by any thread; the first call blocks to load
 * the template.
 */
final class FlagzPage {

  private volatile @Nullable PebbleTemplate template;

  /**
   * Renders the page.
   *
   * @param nonce the nonce of the content security policy, which the page's style and script bear
   */
  String render(FlagReport report, FlagzQuery query, String nonce) {
    StringWriter page = new StringWriter();
    try {
      template()
          .evaluate(
              page,
              Map.of(
                  "report",
                  report,
                  "flags",
                  query.flags(report),
                  "filters",
                  filters(query),
                  "query",
                  query.query(),
                  "type",
                  query.type(),
                  "onlyChanged",
                  query.onlyChanged(),
                  "nonce",
                  nonce));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return page.toString();
  }

  /** Loads the template for the first page, since most gateways never show one. */
  private PebbleTemplate template() {
    PebbleTemplate made = template;
    if (made == null) {
      ClasspathLoader loader = new ClasspathLoader(FlagzPage.class.getClassLoader());
      loader.setPrefix("io/canarygateway/metrics");
      made =
          new PebbleEngine.Builder()
              .loader(loader)
              .autoEscaping(true)
              .strictVariables(true)
              .build()
              .getTemplate("flagz.html");
      template = made;
    }
    return made;
  }

  private static List<Map<String, Object>> filters(FlagzQuery query) {
    String type =
        query.type().equals("dynamic") || query.type().equals("static") ? query.type() : "";
    return List.of(
        filter("all", "", false, query, type),
        filter("changed", "", true, query, type),
        filter("dynamic", "dynamic", query.onlyChanged(), query, type),
        filter("static", "static", query.onlyChanged(), query, type));
  }

  /** A link of the filter bar. */
  private static Map<String, Object> filter(
      String label, String type, boolean onlyChanged, FlagzQuery query, String now) {
    String search = URLEncoder.encode(query.query(), StandardCharsets.UTF_8);
    return Map.of(
        "label",
        label,
        "href",
        "?type=" + type + (onlyChanged ? "&only_changed=true" : "") + "&q=" + search,
        "current",
        type.equals(now) && onlyChanged == query.onlyChanged());
  }
}
