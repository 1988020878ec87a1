package io.canarygateway.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/**
 * Exports spans, counts them, and notes whether the collector takes them.
 *
 * @param exporter exports them
 * @param counts the numbers of spans
 * @param log the log of failures
 */
record CountedExporter(SpanExporter exporter, SpanCounts counts, ExportLog log)
    implements SpanExporter {

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    int size = spans.size(); // The collection is used again for the next batch.
    CompletableResultCode result = tryExport(spans);
    return result.whenComplete(() -> completed(result, size));
  }

  private CompletableResultCode tryExport(Collection<SpanData> spans) {
    try {
      return exporter.export(spans);
    } catch (RuntimeException e) {
      return CompletableResultCode.ofExceptionalFailure(e);
    }
  }

  private void completed(CompletableResultCode result, int spans) {
    if (result.isSuccess()) {
      counts.exported(spans);
      log.exported();
    } else {
      counts.failed(spans);
      log.failed(result.getFailureThrowable());
    }
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
