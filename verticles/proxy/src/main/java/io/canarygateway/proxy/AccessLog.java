package io.canarygateway.proxy;

import io.canarygateway.config.AccessLogFormat;
import io.canarygateway.http.ServerStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The access log of one event loop. Lines are collected, and handed over to the writer's thread
 * once 128 KiB are full or 100 ms have passed. Confined to that event loop.
 */
final class AccessLog {

  private static final long PERIOD_MS = 100;
  private static final int CHUNK_BYTES = 128 * 1024;

  private final EventLoop loop;
  private final AccessLogWriter writer;
  private final boolean traced;
  private final AccessLines lines =
      new AccessLines(new AccessTime(System::currentTimeMillis, System::nanoTime));
  private final SplittableRandom random = new SplittableRandom();

  /** The observer of requests that the gateway answers itself. */
  private static final RequestObserver NOBODY = new RequestObserver() {};

  /** Made once rather than for each request. */
  private final Consumer<AccessRecord> json = this::writeJson;

  private final Consumer<AccessRecord> common = this::writeCommon;
  private AccessLogFormat format = AccessLogFormat.OFF;
  private final LineBuffer line = new LineBuffer();

  /** The lines that were not handed over yet; null if there are none. */
  private @Nullable ByteBuf chunk;

  private int lineCount;
  private boolean timed;

  /**
   * A log that is off.
   *
   * @param traced whether requests are traced, so that they have ids also without a log
   */
  AccessLog(EventLoop loop, AccessLogWriter writer, boolean traced) {
    this.loop = loop;
    this.writer = writer;
    this.traced = traced;
  }

  /** Uses a format for each request that begins from now on. */
  void use(AccessLogFormat newFormat) {
    format = newFormat;
  }

  /** The id of a request, which its target gets; null while nothing needs one. */
  @Nullable String requestId(ServerStream stream) {
    return traced || format != AccessLogFormat.OFF ? RequestId.of(stream.head(), random) : null;
  }

  /**
   * Adds a record to the observers of a request.
   *
   * @param requestId the request's id; null if it has none
   * @param trace the request's part of its trace
   * @param startNanos the time of the request's head, by {@link System#nanoTime}
   */
  RequestObserver beside(
      RequestObserver others,
      ServerStream stream,
      RoutePlan route,
      KnownClient client,
      @Nullable String requestId,
      RequestTrace trace,
      long startNanos) {
    return format == AccessLogFormat.OFF
        ? others
        : record(
            others,
            stream,
            route.config().name(),
            client.sticky(),
            requestId,
            trace.id(),
            startNanos);
  }

  /**
   * Writes a line for a request that the gateway answers itself, without an upstream.
   *
   * @param route the name of the request's route; null if it has none
   * @param traceId the id of the request's trace; null if tracing is off
   * @param length the length of the answer's body
   */
  void answered(
      ServerStream stream,
      @Nullable String route,
      @Nullable String traceId,
      int status,
      int length) {
    if (format != AccessLogFormat.OFF) {
      AccessRecord record =
          record(NOBODY, stream, route, null, requestId(stream), traceId, System.nanoTime());
      record.answered(status, length);
      record.closed();
    }
  }

  private AccessRecord record(
      RequestObserver others,
      ServerStream stream,
      @Nullable String route,
      @Nullable Sticky sticky,
      @Nullable String requestId,
      @Nullable String traceId,
      long startNanos) {
    return new AccessRecord(
        others,
        stream,
        route,
        sticky,
        requestId,
        traceId,
        startNanos,
        format == AccessLogFormat.COMMON ? common : json);
  }

  private void writeJson(AccessRecord record) {
    lines.json(line.begin(), record);
    add();
  }

  private void writeCommon(AccessRecord record) {
    lines.common(line.begin(), record);
    add();
  }

  /** Adds the line to the chunk. The first line in it is handed over at most 100 ms later. */
  private void add() {
    if (chunk != null && chunk.writableBytes() < line.length()) {
      handOver();
    }
    ByteBuf to = chunk;
    if (to == null) {
      to = ByteBufAllocator.DEFAULT.directBuffer(CHUNK_BYTES, CHUNK_BYTES);
      chunk = to;
    }
    to.writeBytes(line.array(), 0, line.length());
    lineCount++;
    if (!timed) {
      timed = true;
      loop.schedule(this::periodOver, PERIOD_MS, TimeUnit.MILLISECONDS);
    }
  }

  private void periodOver() {
    timed = false;
    flush();
  }

  /** Hands all lines over. */
  void flush() {
    if (chunk != null) {
      handOver();
    }
  }

  private void handOver() {
    ByteBuf full = Objects.requireNonNull(chunk);
    chunk = null;
    writer.take(full, lineCount);
    lineCount = 0;
  }
}
