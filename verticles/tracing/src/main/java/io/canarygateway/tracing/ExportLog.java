package io.canarygateway.tracing;

import io.opentelemetry.exporter.internal.FailedExportException.GrpcExportException;
import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line when the collector begins to fail, and one when it takes spans again. Thread-safe. */
final class ExportLog {

  private static final Logger LOG = LoggerFactory.getLogger(ExportLog.class);

  private final String endpoint;
  private final AtomicBoolean failing = new AtomicBoolean();

  ExportLog(String endpoint) {
    this.endpoint = endpoint;
  }

  void exported() {
    if (failing.compareAndSet(true, false)) {
      LOG.atInfo().addKeyValue("endpoint", endpoint).log("spans are exported again");
    }
  }

  /** Some spans were not exported. */
  void failed(@Nullable Throwable cause) {
    if (failing.compareAndSet(false, true)) {
      LOG.atWarn()
          .addKeyValue("endpoint", endpoint)
          .addKeyValue("cause", text(cause))
          .log("spans cannot be exported, and are dropped");
    }
  }

  private static String text(@Nullable Throwable failure) {
    if (failure instanceof HttpExportException http && http.getResponse() != null) {
      return "status " + http.getResponse().getStatusCode();
    }
    if (failure instanceof GrpcExportException grpc && grpc.getResponse() != null) {
      return grpc.getResponse().getStatusCode() + " " + grpc.getResponse().getStatusDescription();
    }
    Throwable cause = failure;
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause == null ? "no answer in time" : cause.toString();
  }
}
