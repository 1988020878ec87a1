package io.canarygateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrometheusTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "# TYPE canary_router_request_count_total counter|# TYPE canary_router_request_count counter",
        "canary_router_request_count_total{target=\"main\"} 4.0|canary_router_request_count{target=\"main\"} 4",
        "canary_router_request_latency_bucket{target=\"main\",le=\"25.0\"} 3|canary_router_request_latency_bucket{target=\"main\",le=\"25\"} 3",
        "canary_router_request_count_total{reason=\"\",route=\"\",target=\"main\"} 4.0|canary_router_request_count{reason=\"\",target=\"main\"} 4",
        "canary_router_request_count_total{reason=\"\",route=\"shop\"} 4.0|canary_router_request_count{reason=\"\",route=\"shop\"} 4",
        "gateway_breaker_requests{route=\"\"} 4.0|gateway_breaker_requests 4.0",
        "gateway_upstream_endpoints{route=\"\",state=\"up\"} 1.0|gateway_upstream_endpoints{state=\"up\"} 1.0",
        "canary_router_request_latency_sum{target=\"main\"} 3.25|canary_router_request_latency_sum{target=\"main\"} 3.25",
        "gateway_errors_total{status=\"502\"} 1.0|gateway_errors_total{status=\"502\"} 1.0",
        "vertx_pool_bucket{le=\"25.0\"} 1.0|vertx_pool_bucket{le=\"25.0\"} 1.0"
      })
  void onlyCanaryRoutersMetricsAreRewritten(String scraped, String expected) {
    assertThat(PrometheusText.compatible(scraped + "\n")).isEqualTo(expected + "\n");
  }
}
