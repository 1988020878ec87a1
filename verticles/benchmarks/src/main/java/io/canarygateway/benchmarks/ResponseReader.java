package io.canarygateway.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Finds the end of a response on a kept-alive connection. It knows only bodies with a
 * Content-Length, as the benchmarks' upstream sends them.
 */
final class ResponseReader {

  private static final int USUAL_HEAD = 512;
  private static final int LARGEST_HEAD = 16_384;
  private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};
  private static final String LENGTH = "\r\ncontent-length:";
  private static final int STATUS_START = "HTTP/1.1 ".length();
  private static final int STATUS_END = STATUS_START + 3;

  private byte[] head = new byte[USUAL_HEAD];
  private int headBytes;
  private int matched;
  private long bodyBytes;
  private int status;

  /** Prepares for the next response. */
  void reset() {
    headBytes = 0;
    matched = 0;
    bodyBytes = 0;
    status = 0;
  }

  /** The status of the response; 0 before its head is complete. */
  int status() {
    return status;
  }

  /**
   * Reads received bytes.
   *
   * @return whether the response is complete
   * @throws IOException if the response has no Content-Length, or if bytes follow it
   */
  boolean take(ByteBuffer bytes) throws IOException {
    while (status == 0 && bytes.hasRemaining()) {
      takeOfHead(bytes.get());
    }
    if (status == 0) {
      return false;
    }
    if (bytes.remaining() > bodyBytes) {
      throw new IOException(bytes.remaining() - bodyBytes + " bytes beyond the response");
    }
    bodyBytes -= bytes.remaining();
    bytes.position(bytes.limit());
    return bodyBytes == 0;
  }

  private void takeOfHead(byte one) throws IOException {
    if (headBytes == LARGEST_HEAD) {
      throw new IOException("a response head of more than " + LARGEST_HEAD + " bytes");
    }
    if (headBytes == head.length) {
      head = Arrays.copyOf(head, 2 * headBytes);
    }
    head[headBytes++] = one;
    matched = one == END_OF_HEAD[matched] ? matched + 1 : one == END_OF_HEAD[0] ? 1 : 0;
    if (matched == END_OF_HEAD.length) {
      parse(new String(head, 0, headBytes, StandardCharsets.ISO_8859_1));
    }
  }

  private void parse(String text) throws IOException {
    try {
      int found = Integer.parseInt(text, STATUS_START, STATUS_END, 10);
      int length = text.toLowerCase(Locale.ROOT).indexOf(LENGTH);
      if (length < 0) {
        throw new IOException("a response without Content-Length: " + text);
      }
      int start = length + LENGTH.length();
      bodyBytes = Long.parseLong(text.substring(start, text.indexOf('\r', start)).strip());
      status = found;
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IOException("no response: " + Arrays.toString(text.split("\r\n")), e);
    }
  }
}
