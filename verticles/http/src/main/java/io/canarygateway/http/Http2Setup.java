package io.canarygateway.http;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.flush.FlushConsolidationHandler;

/**
 * The set-up of clients' connections of HTTP/2, with the limits for each. Confined to one event
 * loop.
 */
final class Http2Setup {

  /** As many requests as nginx allows on one connection at a time. */
  static final int MOST_STREAMS = 128;

  /** So many flushes within one turn of the event loop are put off to its end. */
  static final int MOST_FLUSHES = 64;

  /** How many bytes of a request's body may come before they are read. */
  private static final int STREAM_WINDOW = 128 * 1024;

  /**
   * By how much the window of the whole connection is larger than at first: room for all bodies.
   */
  static final int MORE_WINDOW = STREAM_WINDOW * MOST_STREAMS - Http2CodecUtil.DEFAULT_WINDOW_SIZE;

  private static final int MOST_QUEUED_CONTROL_FRAMES = 1_000;
  private static final int MOST_EMPTY_DATA_FRAMES = 8;
  private static final int MOST_SMALL_CONTINUATIONS = 16;
  private static final int MOST_RESETS = 400;
  private static final int RESETS_SECONDS = 10;

  private final ConnectionServices services;
  private final Http2Heads heads;
  private final HeadLimits limits;

  /**
   * The set-up for one event loop.
   *
   * @param limits the largest request head
   */
  Http2Setup(ConnectionServices services, HeadLimits limits) {
    this.services = services;
    this.heads = new Http2Heads(services.parsers(), HeadLimits.TRAILERS);
    this.limits = limits;
  }

  /** Adds the handlers of HTTP/2 at the end of a connection's pipeline. */
  void install(ChannelPipeline pipeline) {
    Http2FrameCodec codec = codec();
    Http2Progress progress = new Http2Progress(codec.connection());
    Http2ServerConnection connection = new Http2ServerConnection(services, heads, progress);
    pipeline.addLast(progress, codec);
    // What many streams send in one turn of the event loop becomes one write.
    pipeline.addLast(new FlushConsolidationHandler(MOST_FLUSHES, true));
    pipeline.addLast(new Http2MultiplexHandler(new Http2StreamStart(connection)));
    pipeline.addLast(connection);
  }

  private Http2FrameCodec codec() {
    return new Http2ServerCodec()
        .initialSettings(
            Http2Settings.defaultSettings()
                .maxConcurrentStreams(MOST_STREAMS)
                .initialWindowSize(STREAM_WINDOW)
                .connectProtocolEnabled(true)
                .maxHeaderListSize(limits.bytes() + 32L * limits.lines()))
        .validateHeaders(true)
        .decoupleCloseAndGoAway(true)
        .encoderEnforceMaxQueuedControlFrames(MOST_QUEUED_CONTROL_FRAMES)
        .decoderEnforceMaxConsecutiveEmptyDataFrames(MOST_EMPTY_DATA_FRAMES)
        .decoderEnforceMaxSmallContinuationFrames(MOST_SMALL_CONTINUATIONS)
        .decoderEnforceMaxRstFramesPerWindow(MOST_RESETS, RESETS_SECONDS)
        .encoderEnforceMaxRstFramesPerWindow(MOST_RESETS, RESETS_SECONDS)
        .build();
  }
}
