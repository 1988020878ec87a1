package io.canarygateway.config;

import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The protocol by which spans are exported. Its names are those of OpenTelemetry. */
public enum OtlpProtocol {
  /** Protobuf over HTTP/1.1, or HTTP/2 if the collector offers it. */
  HTTP("http/protobuf"),
  /** gRPC over HTTP/2. */
  GRPC("grpc");

  private final String label;

  OtlpProtocol(String label) {
    this.label = label;
  }

  static FlagType<OtlpProtocol> type() {
    List<String> labels = Stream.of(values()).map(OtlpProtocol::toString).toList();
    return FlagTypes.describe(
        FlagTypes.of(
            "enum",
            FlagType.JsonForm.STRING,
            "one of " + String.join(", ", labels),
            OtlpProtocol::parse,
            OtlpProtocol::toString),
        Map.of("enum", labels));
  }

  private static OtlpProtocol parse(String text) {
    return Stream.of(values())
        .filter(each -> each.label.equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(text));
  }

  /** {@return the name in the settings} */
  @Override
  public String toString() {
    return label;
  }
}
