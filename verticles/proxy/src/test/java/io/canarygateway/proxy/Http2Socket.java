package io.canarygateway.proxy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client of HTTP/2 on a socket, which sends any header lines and any frames. */
final class Http2Socket implements AutoCloseable {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int WINDOW_UPDATE = 8;

  static final int END_STREAM = 1;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int MOST_PAYLOAD = 16_384;

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  /** A frame that was received. */
  record Frame(int type, int flags, int stream, byte[] payload) {

    boolean ends() {
      return (flags & END_STREAM) != 0;
    }

    String text() {
      return new String(payload, StandardCharsets.ISO_8859_1);
    }

    /** The error code of RST_STREAM, or the increment of WINDOW_UPDATE. */
    int error() {
      return ByteBuffer.wrap(payload).getInt();
    }
  }

  /**
   * A response.
   *
   * @param error the error code of a stream that was reset; -1 if it was not
   */
  record Answer(Http2Headers head, String body, int error) {

    String status() {
      return head == null ? "reset" : head.status().toString();
    }
  }

  private final Socket socket;
  private final OutputStream out;
  private final DataInputStream in;
  private final DefaultHttp2HeadersDecoder hpack = new DefaultHttp2HeadersDecoder(false);
  private int connectionWindow = 65_535;

  /** As the gateway's SETTINGS say. */
  private int streamWindow = 128 * 1024;

  Http2Socket(Socket socket) throws IOException {
    this.socket = socket;
    out = socket.getOutputStream();
    in = new DataInputStream(socket.getInputStream());
    out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
    send(SETTINGS, 0, 0, new byte[0]);
    send(SETTINGS, ACK, 0, new byte[0]);
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

  /** The header lines of a GET, with more lines as name and value in turn. */
  static String[] get(String scheme, String path, String... more) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                ":method", "GET", ":scheme", scheme, ":authority", "client.test", ":path", path));
    lines.addAll(List.of(more));
    return lines.toArray(String[]::new);
  }

  private static byte[] block(String... lines) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < lines.length; i += 2) {
      block.write(0); // A literal that is not indexed.
      block.writeBytes(literal(lines[i]));
      block.writeBytes(literal(lines[i + 1]));
    }
    return block.toByteArray();
  }

  private static byte[] literal(String text) {
    if (text.length() > 126) {
      throw new IllegalArgumentException("too long for a length of one byte");
    }
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(bytes.length + 1).put((byte) bytes.length).put(bytes).array();
  }

  void data(int stream, int flags, String text) throws IOException {
    send(DATA, flags, stream, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Lets the server send so many more bytes, on a stream or on the connection. */
  void window(int stream, int bytes) throws IOException {
    send(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
  }

  void reset(int stream, int error) throws IOException {
    send(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(error).array());
  }

  Frame next() throws IOException {
    int lengthAndType = in.readInt();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    Frame frame =
        new Frame(lengthAndType & 0xff, flags, stream, in.readNBytes(lengthAndType >>> 8));
    if (frame.type() == WINDOW_UPDATE && stream == 0) {
      connectionWindow += frame.error();
    } else if (frame.type() == WINDOW_UPDATE) {
      streamWindow += frame.error();
    }
    return frame;
  }

  /** Sends bytes on the only stream, as the gateway has room for them. */
  void dataInWindow(int stream, int bytes) throws IOException {
    int left = bytes;
    while (left > 0) {
      int size = Math.min(Math.min(left, MOST_PAYLOAD), Math.min(streamWindow, connectionWindow));
      if (size > 0) {
        send(DATA, 0, stream, new byte[size]);
        left -= size;
        streamWindow -= size;
        connectionWindow -= size;
      } else {
        next();
      }
    }
  }

  /** The next frame of a stream. */
  Frame next(int stream) throws IOException {
    Frame frame = next();
    while (frame.stream() != stream || frame.type() == WINDOW_UPDATE) {
      frame = next();
    }
    return frame;
  }

  Http2Headers decode(Frame headers) throws IOException {
    try {
      return hpack.decodeHeaders(headers.stream(), Unpooled.wrappedBuffer(headers.payload()));
    } catch (Http2Exception e) {
      throw new IOException(e);
    }
  }

  /** Sends a request without a body, and reads its response. */
  Answer ask(int stream, String... lines) throws IOException {
    headers(stream, END_STREAM, lines);
    return answer(stream);
  }

  /** Reads a response to its end. */
  Answer answer(int stream) throws IOException {
    Http2Headers head = null;
    StringBuilder body = new StringBuilder();
    while (true) {
      Frame frame = next(stream);
      if (frame.type() == RST_STREAM) {
        return new Answer(head, body.toString(), frame.error());
      } else if (frame.type() == HEADERS) {
        Http2Headers decoded = decode(frame);
        head = head == null ? decoded : head;
      } else if (frame.type() == DATA) {
        body.append(frame.text());
      }
      if (frame.ends()) {
        return new Answer(head, body.toString(), -1);
      }
    }
  }

  /** Closes the connection before the test's end. */
  void hangUp() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
