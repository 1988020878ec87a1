package io.canarygateway.launcher;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.List;

/**
 * A response as a client read it.
 *
 * @param head its head
 * @param body its body without chunk framing, one character for each byte
 * @param trailers the lines behind the last chunk
 * @param end how it came to its end
 */
record Reply(Head head, String body, String trailers, End end) {

  /** How a response ends for its reader. */
  enum End {
    /** By its own framing; another may follow. */
    FRAMED,
    /** With the connection, for a response that says no length. */
    CLOSED,
    /** With the connection, before what was announced had come. */
    CUT,
    /** With a RST. */
    RESET
  }

  int status() {
    return Integer.parseInt(head.line().substring(9, 12));
  }

  String header(String name) {
    return head.header(name);
  }

  List<String> headers(String name) {
    return head.headers(name);
  }

  /** Whether a reader takes it for complete. */
  boolean whole() {
    return end == End.FRAMED || end == End.CLOSED;
  }

  boolean saysClose() {
    return headers("Connection").stream().anyMatch(value -> value.equalsIgnoreCase("close"));
  }

  /** Reads the next response to a method; null if the connection ended instead. */
  static Reply read(MessageReader reader, String method) throws IOException {
    Head head;
    try {
      head = reader.head();
    } catch (SocketException e) {
      return null;
    }
    if (head == null) {
      return null;
    }
    if (!head.line().matches("HTTP/[0-9]\\.[0-9] [1-9][0-9]{2} .*")) {
      throw new MessageReader.MalformedException("status line: " + head.text());
    }
    StringBuilder body = new StringBuilder();
    Reply bare = new Reply(head, "", "", End.FRAMED);
    if (method.equals("HEAD") || bare.isBodiless()) {
      return bare;
    }
    End end = End.FRAMED;
    String trailers = "";
    try {
      if (bare.header("Transfer-Encoding") != null) {
        trailers = reader.chunked((bytes, n) -> body.append(MessageReader.text(bytes, n)));
      } else if (bare.header("Content-Length") != null) {
        reader.exactly(
            Long.parseLong(bare.header("Content-Length")),
            (bytes, n) -> body.append(MessageReader.text(bytes, n)));
      } else {
        end = End.CLOSED;
        reader.untilClose((bytes, n) -> body.append(MessageReader.text(bytes, n)));
      }
    } catch (EOFException e) {
      end = End.CUT;
    } catch (SocketException e) {
      end = End.RESET;
    }
    return new Reply(head, body.toString(), trailers, end);
  }

  private boolean isBodiless() {
    return status() < 200 || status() == 204 || status() == 304;
  }
}
