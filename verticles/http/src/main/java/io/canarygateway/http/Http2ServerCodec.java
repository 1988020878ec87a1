package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import java.util.List;

/**
 * A builder of Netty's codec for a client's connection. Frames on streams that the client cannot
 * use get the errors of RFC 9113, 5.1 and 5.1.1; Netty alone answers them with other ones.
 */
final class Http2ServerCodec extends Http2FrameCodecBuilder {

  Http2ServerCodec() {
    connection(connectionWithEqualStreams());
    gracefulShutdownTimeoutMillis(0); // The server decides when a connection is closed.
  }

  /** RFC 9113 has given up priorities; a tree of them would be work that clients can cause. */
  private static Http2Connection connectionWithEqualStreams() {
    Http2Connection connection = new DefaultHttp2Connection(true);
    connection
        .remote()
        .flowController(
            new DefaultHttp2RemoteFlowController(
                connection, new UniformStreamByteDistributor(connection)));
    return connection;
  }

  @Override
  protected Http2FrameCodec build(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    return super.build(new StrictDecoder(decoder), encoder, settings);
  }

  private static final class StrictDecoder extends DecoratingHttp2ConnectionDecoder {

    private final Http2StreamHistory history = new Http2StreamHistory();

    StrictDecoder(Http2ConnectionDecoder decoder) {
      super(decoder);
      decoder.connection().addListener(history);
    }

    @Override
    public void decodeFrame(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
        throws Http2Exception {
      try {
        super.decodeFrame(ctx, in, out);
      } catch (Http2Exception.StreamException e) {
        throw strict(e);
      }
    }

    private Http2Exception strict(Http2Exception.StreamException error) {
      int id = error.streamId();
      Http2Stream stream = connection().stream(id);
      if (stream == null) {
        if (history.isSkipped(id)) {
          return fatal(Http2Error.PROTOCOL_ERROR, "stream %d was skipped", id);
        }
        return history.isEnded(id)
            ? fatal(Http2Error.STREAM_CLOSED, "stream %d is closed", id)
            : error;
      }
      return isSecondHead(error, stream)
          ? Http2Exception.streamError(id, Http2Error.STREAM_CLOSED, "the request has ended")
          : error;
    }

    /** Netty calls a head behind the end of a request a second trailer. */
    private static boolean isSecondHead(Http2Exception error, Http2Stream stream) {
      return stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE
          && String.valueOf(error.getMessage()).contains("too many headers");
    }

    private static Http2Exception fatal(Http2Error code, String text, int stream) {
      return Http2Exception.connectionError(code, text, stream);
    }
  }
}
