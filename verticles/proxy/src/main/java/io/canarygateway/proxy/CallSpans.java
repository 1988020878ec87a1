package io.canarygateway.proxy;

import io.canarygateway.config.HttpUrl;
import io.canarygateway.http.RequestHead;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/**
 * Begins the spans of the calls that one request needs. Immutable.
 *
 * @param tracer records spans
 * @param head the request
 * @param route the request's route; null if it has none, and so no calls
 * @param name the name of the request's span
 */
record CallSpans(Tracer tracer, RequestHead head, @Nullable RoutePlan route, String name) {

  /**
   * Begins the span of a call.
   *
   * @param request the span of the request
   * @param url the callee's URL; null if it is called over the event bus
   */
  Span begin(Span request, Callee callee, @Nullable HttpUrl url) {
    SpanBuilder builder =
        tracer
            .spanBuilder(name + " " + callee.label())
            .setParent(Context.root().with(request))
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute(TraceKeys.METHOD, TraceMethods.known(head.method()))
            .setAttribute(TraceKeys.TARGET, callee.label());
    if (url != null) {
      builder
          .setAttribute(TraceKeys.URL, full(url))
          .setAttribute(TraceKeys.SERVER, url.host())
          .setAttribute(TraceKeys.SERVER_PORT, (long) url.port());
    }
    return builder.startSpan();
  }

  /** Without the query, which may hold credentials. */
  private String full(HttpUrl url) {
    String server = (url.tls() ? "https://" : "http://") + url.authority();
    if (route == null || TargetPath.isOfServer(head)) {
      return server;
    }
    String joined = url.join(TargetPath.of(head, route.filters().path()).path(), null);
    int query = joined.indexOf('?');
    return server + (query < 0 ? joined : joined.substring(0, query));
  }
}
