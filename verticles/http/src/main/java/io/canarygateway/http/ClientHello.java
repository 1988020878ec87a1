package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;

/**
 * The reader of a client's first message, in the place of the handler of TLS until then. It refuses
 * a client whose ALPN has no protocol of ours, as RFC 7301 demands: Netty's native engine would go
 * on without a protocol. Confined to the connection's event loop.
 */
final class ClientHello extends SslClientHelloHandler<Boolean> {

  /** Far above what clients send, even with keys of post-quantum algorithms. */
  private static final int MAX_LENGTH = 32 * 1024;

  private static final int VERSION_AND_RANDOM = 2 + 32;
  private static final int ALPN = 16;

  /** A record of TLS with the alert {@code no_application_protocol}. */
  private static final byte[] REFUSAL = {0x15, 3, 3, 0, 2, 2, 120};

  private final SslHandler tls;
  private final List<String> protocols;
  private boolean refused;

  /**
   * The reader for one connection.
   *
   * @param tls takes this handler's place, and gets all bytes
   * @param protocols the names of the protocols that are served
   */
  ClientHello(SslHandler tls, List<String> protocols) {
    super(MAX_LENGTH);
    this.tls = tls;
    this.protocols = protocols;
  }

  /** A malformed message is not judged here; TLS refuses it. */
  @Override
  protected Future<Boolean> lookup(ChannelHandlerContext ctx, ByteBuf hello) {
    boolean served = true;
    if (hello != null) {
      try {
        served = isServed(hello);
      } catch (IndexOutOfBoundsException malformed) {
        served = true;
      }
    }
    return ctx.executor().newSucceededFuture(served);
  }

  private boolean isServed(ByteBuf hello) {
    ByteBuf in = hello.slice().skipBytes(VERSION_AND_RANDOM);
    in.skipBytes(in.readUnsignedByte()); // The session's id.
    in.skipBytes(in.readUnsignedShort()); // Cipher suites.
    in.skipBytes(in.readUnsignedByte()); // Compression.
    if (!in.isReadable()) {
      return true;
    }
    ByteBuf extensions = in.readSlice(in.readUnsignedShort());
    while (extensions.isReadable()) {
      int type = extensions.readUnsignedShort();
      ByteBuf content = extensions.readSlice(extensions.readUnsignedShort());
      if (type == ALPN) {
        return hasOurs(content.readSlice(content.readUnsignedShort()));
      }
    }
    return true;
  }

  private boolean hasOurs(ByteBuf names) {
    while (names.isReadable()) {
      int length = names.readUnsignedByte();
      if (protocols.contains(
          names.readCharSequence(length, StandardCharsets.US_ASCII).toString())) {
        return true;
      }
    }
    return false;
  }

  @Override
  protected void onLookupComplete(ChannelHandlerContext ctx, Future<Boolean> served) {
    if (served.getNow()) {
      ctx.pipeline().replace(this, null, tls);
      return;
    }
    if (refused) {
      return; // What was received is looked at again when the connection closes.
    }
    refused = true;
    ctx.writeAndFlush(Unpooled.wrappedBuffer(REFUSAL));
    ctx.fireUserEventTriggered(
        new SslHandshakeCompletionEvent(
            new SSLHandshakeException("the client's ALPN has no protocol of ours")));
  }
}
