package io.canarygateway.config;

import io.canarygateway.flags.Problem;
import java.util.List;
import java.util.Optional;

/**
 * The settings of tracing.
 *
 * @param endpoint the collector's base URL, without a slash at its end; empty if tracing is off;
 *     static
 * @param protocol the collector's protocol; static
 * @param sample the fraction of requests without a trace of their own that are traced, 0 to 1;
 *     dynamic
 * @param serviceName the name of the gateway in traces; static
 */
public record TracingConfig(
    Optional<HttpUrl> endpoint, OtlpProtocol protocol, double sample, String serviceName) {

  static final String EXPECTED_ENDPOINT =
      "an http or https URL such as http://127.0.0.1:4318, without user, query and fragment";

  static TracingConfig of(FlagValues values) {
    return new TracingConfig(
        Optional.ofNullable(values.get(TracingSettings.ENDPOINT)),
        values.required(TracingSettings.PROTOCOL),
        values.required(TracingSettings.SAMPLE),
        values.required(TracingSettings.SERVICE_NAME));
  }

  /** Reads an endpoint. A query is refused, because a path is appended to the URL. */
  static HttpUrl endpoint(String text) {
    HttpUrl url = HttpUrl.parse(text);
    if (!url.query().isEmpty() || text.endsWith("?")) {
      throw new IllegalArgumentException(text);
    }
    String path = url.path().replaceFirst("/+$", "");
    return new HttpUrl(url.tls(), url.host(), url.port(), path, "", url.authority());
  }

  static List<Problem> problemsOf(FlagValues values) {
    HttpUrl endpoint = values.get(TracingSettings.ENDPOINT);
    if (endpoint == null
        || endpoint.path().isEmpty()
        || values.get(TracingSettings.PROTOCOL) != OtlpProtocol.GRPC) {
      return List.of();
    }
    return List.of(
        Problem.ofText(
            TracingSettings.ENDPOINT.name(),
            endpoint.toString(),
            "a URL without a path, since tracing.otlp-protocol is grpc"));
  }
}
