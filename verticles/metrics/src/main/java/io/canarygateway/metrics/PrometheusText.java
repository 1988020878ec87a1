package io.canarygateway.metrics;

import java.util.regex.Pattern;

/**
 * Makes canary-router's own metrics out of what the Prometheus library writes, so that existing
 * dashboards go on working: its counter has no {@code _total}, and its whole bucket bounds no
 * {@code .0}.
 */
final class PrometheusText {

  /**
   * Plain text only: a scraper that were offered OpenMetrics would get the counter's other name.
   */
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final Pattern WHOLE_BOUND =
      Pattern.compile("(canary_router_request_latency_bucket\\{[^}]*le=\"\\d+)\\.0\"");

  private static final Pattern WHOLE_VALUE =
      Pattern.compile("^((?:canary_router_|flagz_checksum).* \\d+)\\.0$", Pattern.MULTILINE);

  private PrometheusText() {}

  static String compatible(String scraped) {
    String counted =
        scraped.replace("canary_router_request_count_total", "canary_router_request_count");
    String bounded = WHOLE_BOUND.matcher(counted).replaceAll("$1\"");
    return WHOLE_VALUE.matcher(bounded).replaceAll("$1");
  }
}
