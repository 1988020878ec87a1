package io.canarygateway.proxy;

import io.canarygateway.config.RoutingConfig;
import io.canarygateway.http.RequestHead;
import io.canarygateway.http.ServerStream;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Begins the traces of one event loop's requests. A client's trace is continued, and is sampled if
 * the client says so; else a new one begins. Confined to that event loop.
 */
final class Traces {

  private static final String DEFAULT_ROUTE = "default";

  private final @Nullable Tracer tracer;
  private final RandomGenerator random;
  private double sample;
  private long revision;

  /**
   * Traces without settings yet.
   *
   * @param tracer records spans; null if tracing is off
   * @param random the source of decisions, and of ids that are not recorded
   */
  Traces(@Nullable Tracer tracer, RandomGenerator random) {
    this.tracer = tracer;
    this.random = random;
  }

  /**
   * Uses settings for each request that begins from now on.
   *
   * @param newSample the fraction of new traces that are sampled
   * @param newRevision the revision of the settings
   */
  void use(double newSample, long newRevision) {
    sample = newSample;
    revision = newRevision;
  }

  /**
   * Begins a request's part of a trace.
   *
   * @param trusted whether the client may say which trace the request is a part of
   * @param requestId the request's id; null if it has none
   */
  RequestTrace begin(
      ServerStream stream, RoutePlan route, boolean trusted, @Nullable String requestId) {
    return tracer == null ? RequestTrace.OFF : begin(tracer, stream, route, trusted, requestId);
  }

  /**
   * Records a request that the gateway answers itself, without an upstream.
   *
   * @param route the request's route; null if it has none
   * @param routing says which clients may say which trace a request is a part of
   * @return the trace's id; null if there is none
   */
  @Nullable String answered(
      ServerStream stream, @Nullable RoutePlan route, RoutingConfig routing, int status) {
    if (tracer == null || stream.head() == RequestHead.NONE) {
      return null;
    }
    boolean trusted = routing.trusts(stream.clientAddress().ip());
    RequestTrace trace = begin(tracer, stream, route, trusted, null);
    if (trace instanceof SampledTrace sampled) {
      sampled.answered(status);
      sampled.closed();
    }
    return trace.id();
  }

  private RequestTrace begin(
      Tracer to,
      ServerStream stream,
      @Nullable RoutePlan route,
      boolean trusted,
      @Nullable String requestId) {
    TraceContext client = trusted ? TraceContext.of(stream.head()) : null;
    boolean sampled = client == null ? random.nextDouble() < sample : client.parent().sampled();
    if (!sampled) {
      return client == null ? UnsampledTrace.begin(random) : UnsampledTrace.of(client, random);
    }
    String routeName = route == null ? null : nameOf(route);
    String method = TraceMethods.inName(stream.head().method());
    String name = routeName == null ? method : method + " " + routeName;
    SpanBuilder builder = to.spanBuilder(name).setSpanKind(SpanKind.SERVER);
    if (client == null) {
      builder.setNoParent();
    } else {
      builder.setParent(Context.root().with(Span.wrap(remote(client.parent()))));
    }
    RequestSpan.describe(builder, stream, trusted, routeName, requestId);
    Span span = builder.setAttribute(TraceKeys.REVISION, revision).startSpan();
    SpanContext made = span.getSpanContext();
    TraceContext context =
        client == null
            ? new TraceContext(
                new Traceparent(made.getTraceId(), made.getSpanId(), true, true), Tracestate.NONE)
            : client.within(made.getSpanId());
    return new SampledTrace(span, context, new CallSpans(to, stream.head(), route, name));
  }

  private static String nameOf(RoutePlan route) {
    String name = route.config().name();
    return name.isEmpty() ? DEFAULT_ROUTE : name;
  }

  private static SpanContext remote(Traceparent parent) {
    return SpanContext.createFromRemoteParent(
        parent.traceId(), parent.spanId(), TraceFlags.getSampled(), TraceState.getDefault());
  }
}
