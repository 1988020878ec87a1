package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;

/** The settings of tracing. */
final class TracingSettings {

  static final Catalogue ALL = new Catalogue();

  private static final boolean STATIC = false;

  static final Flag<HttpUrl> ENDPOINT =
      ALL.flag(
          "tracing.otlp-endpoint",
          FlagTypes.describe(
              FlagTypes.of(
                  "url",
                  FlagType.JsonForm.STRING,
                  TracingConfig.EXPECTED_ENDPOINT,
                  TracingConfig::endpoint,
                  HttpUrl::toString),
              HttpUrl.SCHEMA),
          null,
          STATIC,
          "Base URL of an OpenTelemetry collector; turns tracing on. Spans go to its path /v1/traces."
              + " Not set: traceparent and tracestate pass untouched.");
  static final Flag<OtlpProtocol> PROTOCOL =
      ALL.flag(
          "tracing.otlp-protocol",
          OtlpProtocol.type(),
          OtlpProtocol.HTTP,
          STATIC,
          "Protocol of the collector. With grpc, the endpoint has no path and often port 4317.");
  static final Flag<Double> SAMPLE =
      ALL.fraction(
          "tracing.sample",
          1.0,
          "Fraction of requests that are traced. Counts only for requests without a valid traceparent,"
              + " which says whether its trace is sampled.");
  static final Flag<String> SERVICE_NAME =
      ALL.flag(
          "tracing.service-name",
          FlagTypes.matching("[\\x21-\\x7e]([\\x20-\\x7e]{0,98}[\\x21-\\x7e])?", "a name"),
          "canary-gateway",
          STATIC,
          "service.name of all spans.");

  private TracingSettings() {}
}
