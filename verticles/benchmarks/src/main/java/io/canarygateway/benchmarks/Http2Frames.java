package io.canarygateway.benchmarks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Frames of HTTP/2 as bytes (RFC 9113, 4 and 6), for clients that do what no library lets them. */
final class Http2Frames {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;
  static final int HEAD_BYTES = 9;

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** GET, http, / and an authority; by the static table, so that the block fits each stream. */
  private static final byte[] GET = {
    (byte) 0x82, (byte) 0x86, (byte) 0x84, 1, 9, '1', '2', '7', '.', '0', '.', '0', '.', '1'
  };

  private Http2Frames() {}

  /** Adds what a client sends first. */
  static void preface(ByteBuffer to) {
    to.put(PREFACE);
    head(to, 0, SETTINGS, 0, 0);
  }

  /** Adds the head of a frame. */
  static void head(ByteBuffer to, int length, int type, int flags, int stream) {
    to.put((byte) (length >> 16)).putShort((short) length);
    to.put((byte) type).put((byte) flags).putInt(stream);
  }

  /** Adds a GET of {@code /} that has no body. */
  static void get(ByteBuffer to, int stream, int flags) {
    head(to, GET.length, HEADERS, flags | END_STREAM, stream);
    to.put(GET);
  }

  /** Adds a reset of a stream, with the code CANCEL. */
  static void cancel(ByteBuffer to, int stream) {
    head(to, Integer.BYTES, RST_STREAM, 0, stream);
    to.putInt(8);
  }

  /** Adds CONTINUATION frames of one-letter headers until no other fits. */
  static void continuations(ByteBuffer to, int stream, int headers) {
    int length = headers * 5;
    while (to.remaining() >= HEAD_BYTES + length) {
      head(to, length, CONTINUATION, 0, stream);
      for (int i = 0; i < headers; i++) {
        to.put((byte) 0).put((byte) 1).put((byte) 'a').put((byte) 1).put((byte) 'b');
      }
    }
  }
}
