package io.canarygateway.launcher;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/** Reads HTTP/1.1 messages of the gateway as strictly as it may be read by anybody. */
final class MessageReader {

  private static final int BLOCK = 16 * 1024;

  private final InputStream in;

  MessageReader(InputStream in) {
    this.in = new BufferedInputStream(in, BLOCK);
  }

  /** The next byte, or -1 at the end. */
  int read() throws IOException {
    return in.read();
  }

  /** The next head, or null if the other side closed instead. */
  Head head() throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.length() < 4 || text.indexOf("\r\n\r\n", text.length() - 4) < 0) {
      int next = in.read();
      if (next < 0) {
        if (text.isEmpty()) {
          return null;
        }
        throw new EOFException("closed after: " + text);
      }
      text.append((char) next);
    }
    return new Head(text.toString());
  }

  /** A body of so many bytes. */
  void exactly(long length, BiConsumer<byte[], Integer> sink) throws IOException {
    byte[] block = new byte[BLOCK];
    for (long left = length; left > 0; ) {
      int count = in.read(block, 0, (int) Math.min(left, BLOCK));
      if (count < 0) {
        throw new EOFException(left + " bytes are missing");
      }
      sink.accept(block, count);
      left -= count;
    }
  }

  /** A chunked body with its trailers, which are returned. */
  String chunked(BiConsumer<byte[], Integer> sink) throws IOException {
    for (long size = size(line()); size > 0; size = size(line())) {
      exactly(size, sink);
      if (!line().isEmpty()) {
        throw new MalformedException("a chunk is longer than its size");
      }
    }
    StringBuilder trailers = new StringBuilder();
    for (String line = line(); !line.isEmpty(); line = line()) {
      trailers.append(line).append("\r\n");
    }
    return trailers.toString();
  }

  /** A body that ends with the connection. */
  void untilClose(BiConsumer<byte[], Integer> sink) throws IOException {
    byte[] block = new byte[BLOCK];
    for (int count = in.read(block); count >= 0; count = in.read(block)) {
      sink.accept(block, count);
    }
  }

  private static long size(String line) throws MalformedException {
    if (!line.matches("[0-9a-fA-F]{1,15}")) {
      throw new MalformedException("no chunk size: " + line);
    }
    return Long.parseLong(line, 16);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\r'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("closed after: " + line);
      }
      if (next == '\n') {
        throw new MalformedException("a bare LF after: " + line);
      }
      line.append((char) next);
    }
    if (in.read() != '\n') {
      throw new MalformedException("a bare CR after: " + line);
    }
    return line.toString();
  }

  static String text(byte[] bytes, int length) {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }

  /** What came is not HTTP/1.1. */
  static final class MalformedException extends IOException {

    MalformedException(String message) {
      super(message);
    }
  }
}
