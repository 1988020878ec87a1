package io.canarygateway.metrics;

import java.util.regex.Pattern;

/**
 * Changes the Prometheus library's text to canary-router's spelling, so that existing dashboards go
 * on working. canary-router's counter has no {@code _total}, its bucket bounds no {@code .0}, and
 * its metrics no label {@code route}, which is empty for the default route.
 */
final class PrometheusText {

  /** The plain text format only, since OpenMetrics demands {@code _total}. */
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final Pattern WHOLE_BOUND =
      Pattern.compile("(canary_router_request_latency_bucket\\{[^}]*le=\"\\d+)\\.0\"");

  private static final Pattern WHOLE_VALUE =
      Pattern.compile("^((?:canary_router_|flagz_checksum).* \\d+)\\.0$", Pattern.MULTILINE);

  /** The label that later versions added to metrics that had none, or none but their own. */
  private static final Pattern NO_ROUTE =
      Pattern.compile(
          "^((?:canary_router_|gateway_breaker_|gateway_daemon_|gateway_upstream_)[^{]*)"
              + "(\\{[^}]*?)(?:,route=\"\"|route=\"\",|route=\"\"(?=}))",
          Pattern.MULTILINE);

  private PrometheusText() {}

  /** The text of a scrape in canary-router's spelling. */
  static String compatible(String scraped) {
    String counted =
        scraped.replace("canary_router_request_count_total", "canary_router_request_count");
    String bounded = WHOLE_BOUND.matcher(counted).replaceAll("$1\"");
    String routed = NO_ROUTE.matcher(bounded).replaceAll("$1$2").replace("{} ", " ");
    return WHOLE_VALUE.matcher(routed).replaceAll("$1");
  }
}
