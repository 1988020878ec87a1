package io.canarygateway.launcher;

import java.util.List;

/** A request as an upstream received it: its head by the byte, its body without chunk framing. */
final class ReceivedRequest {

  private final int connection;
  private final Head head;
  private final StringBuffer body = new StringBuffer();
  private volatile boolean complete;

  ReceivedRequest(int connection, Head head) {
    this.connection = connection;
    this.head = head;
  }

  /** The number of the connection that it came by, counted from 1. */
  int connection() {
    return connection;
  }

  Head head() {
    return head;
  }

  String line() {
    return head.line();
  }

  String method() {
    return line().substring(0, line().indexOf(' '));
  }

  String target() {
    return line().substring(line().indexOf(' ') + 1, line().lastIndexOf(' '));
  }

  String header(String name) {
    return head.header(name);
  }

  List<String> headers(String name) {
    return head.headers(name);
  }

  /** What came of the body so far, one character for each byte. */
  String body() {
    return body.toString();
  }

  /** Whether the request was read to its end. */
  boolean complete() {
    return complete;
  }

  void append(byte[] bytes, int length) {
    body.append(new String(bytes, 0, length, java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  void end() {
    complete = true;
  }

  @Override
  public String toString() {
    return head.text() + body;
  }
}
