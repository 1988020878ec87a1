package io.canarygateway.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A client or server of HTTP/2 that sends any frames, also forbidden ones, and reads frames one by
 * one.
 */
final class RawHttp2 implements AutoCloseable {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_CONCURRENT_STREAMS = 3;
  private static final int INITIAL_WINDOW_SIZE = 4;

  /** A frame that was received. */
  record Frame(int type, int flags, int stream, byte[] payload) {

    boolean ends() {
      return (flags & END_STREAM) != 0;
    }

    /** The error code of RST_STREAM, or of GOAWAY. */
    int error() {
      return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
    }

    String text() {
      return new String(payload, StandardCharsets.ISO_8859_1);
    }
  }

  private final Socket socket;
  private final OutputStream out;
  private final DataInputStream in;
  private final DefaultHttp2HeadersDecoder hpack = new DefaultHttp2HeadersDecoder(false);

  /** Sends the preface and empty settings. */
  RawHttp2(Socket socket) throws IOException {
    this(socket, -1);
  }

  private RawHttp2(Socket socket, byte[] preface, byte[] settings) throws IOException {
    this.socket = socket;
    out = socket.getOutputStream();
    in = new DataInputStream(socket.getInputStream());
    out.write(preface);
    send(SETTINGS, 0, 0, settings);
    send(SETTINGS, ACK, 0, new byte[0]);
  }

  /** Serves a client, which may have so many streams at a time. */
  static RawHttp2 serving(Socket socket, int mostStreams) throws IOException {
    socket.getInputStream().readNBytes(PREFACE.length);
    return new RawHttp2(
        socket,
        new byte[0],
        ByteBuffer.allocate(6)
            .putShort((short) MAX_CONCURRENT_STREAMS)
            .putInt(mostStreams)
            .array());
  }

  /** Sends the preface, and how many bytes of each response may come before they are asked for. */
  RawHttp2(Socket socket, int window) throws IOException {
    this(
        socket,
        PREFACE,
        window < 0
            ? new byte[0]
            : ByteBuffer.allocate(6).putShort((short) INITIAL_WINDOW_SIZE).putInt(window).array());
  }

  void send(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
    frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    out.write(frame.array());
  }

  /** Sends header lines, as name and value in turn, without any check. */
  void headers(int stream, int flags, String... lines) throws IOException {
    send(HEADERS, flags | END_HEADERS, stream, block(lines));
  }

  /** A GET that ends its stream. */
  void get(int stream, String path) throws IOException {
    headers(stream, END_STREAM, request("GET", path));
  }

  void data(int stream, int flags, String text) throws IOException {
    send(DATA, flags, stream, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void reset(int stream, int error) throws IOException {
    send(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(error).array());
  }

  void goAway(int lastStream) throws IOException {
    send(GOAWAY, 0, 0, ByteBuffer.allocate(8).putInt(lastStream).putInt(0).array());
  }

  static String[] request(String method, String path, String... more) {
    String[] lines = new String[8 + more.length];
    String[] pseudo = {
      ":method", method, ":scheme", "http", ":authority", "shop.example", ":path", path
    };
    System.arraycopy(pseudo, 0, lines, 0, 8);
    System.arraycopy(more, 0, lines, 8, more.length);
    return lines;
  }

  /** Header lines in HPACK, as literals that are not indexed. */
  static byte[] block(String... lines) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < lines.length; i += 2) {
      block.write(0);
      literal(block, lines[i]);
      literal(block, lines[i + 1]);
    }
    return block.toByteArray();
  }

  private static void literal(ByteArrayOutputStream block, String text) {
    int length = text.length();
    if (length < 127) {
      block.write(length);
    } else {
      block.write(127);
      int rest = length - 127;
      while (rest >= 128) {
        block.write(rest % 128 + 128);
        rest /= 128;
      }
      block.write(rest);
    }
    block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The next frame, or null once the server has closed the connection. */
  Frame next() throws IOException {
    try {
      int lengthAndType = in.readInt();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = in.readNBytes(lengthAndType >>> 8);
      return new Frame(lengthAndType & 0xff, flags, stream, payload);
    } catch (EOFException | SocketException e) {
      return null;
    }
  }

  /** Skips frames up to the first one of a type, which must come. */
  Frame await(int type) throws IOException {
    for (Frame frame = next(); frame != null; frame = next()) {
      if (frame.type() == type && (type != SETTINGS || frame.flags() == 0)) {
        return frame;
      }
      if (frame.type() == RST_STREAM || frame.type() == GOAWAY) {
        throw new AssertionError("instead of type " + type + ": " + frame + " " + frame.error());
      }
    }
    throw new AssertionError("the connection has ended without a frame of type " + type);
  }

  Http2Headers decode(Frame headers) throws Http2Exception {
    return hpack.decodeHeaders(headers.stream(), Unpooled.wrappedBuffer(headers.payload()));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
