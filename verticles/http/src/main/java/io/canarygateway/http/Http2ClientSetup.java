package io.canarygateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.flush.FlushConsolidationHandler;

/** The set-up of upstream connections of HTTP/2, with the limits for each. Stateless. */
final class Http2ClientSetup {

  /** How many bytes of a response may come before they are read. */
  private static final int STREAM_WINDOW = 128 * 1024;

  /** By how much the window of the whole connection is larger than at first: room for all calls. */
  static final int MORE_WINDOW =
      STREAM_WINDOW * Http2UpstreamConnection.MOST_STREAMS - Http2CodecUtil.DEFAULT_WINDOW_SIZE;

  private static final int MOST_QUEUED_CONTROL_FRAMES = 1_000;
  private static final int MOST_EMPTY_DATA_FRAMES = 8;
  private static final int MOST_SMALL_CONTINUATIONS = 16;

  private Http2ClientSetup() {}

  /** Adds the handlers of HTTP/2 at the end of a connection's pipeline. */
  static void install(ChannelPipeline pipeline, Http2UpstreamConnection connection) {
    pipeline.addLast(codec());
    pipeline.addLast(new FlushConsolidationHandler(Http2Setup.MOST_FLUSHES, true));
    pipeline.addLast(new Http2MultiplexHandler(new Pushed()));
    pipeline.addLast(connection);
  }

  private static Http2FrameCodec codec() {
    HeadLimits limits = HeadLimits.RESPONSE;
    return Http2FrameCodecBuilder.forClient()
        .initialSettings(
            Http2Settings.defaultSettings()
                .pushEnabled(false)
                .initialWindowSize(STREAM_WINDOW)
                .maxHeaderListSize(limits.bytes() + 32L * limits.lines()))
        .validateHeaders(true)
        .encoderEnforceMaxQueuedControlFrames(MOST_QUEUED_CONTROL_FRAMES)
        .decoderEnforceMaxConsecutiveEmptyDataFrames(MOST_EMPTY_DATA_FRAMES)
        .decoderEnforceMaxSmallContinuationFrames(MOST_SMALL_CONTINUATIONS)
        .build();
  }

  /** A stream that the upstream opened, which the settings forbid. */
  @ChannelHandler.Sharable
  private static final class Pushed extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel stream) {
      stream.close();
    }
  }
}
