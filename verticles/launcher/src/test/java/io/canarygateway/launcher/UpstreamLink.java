package io.canarygateway.launcher;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** A connection of the gateway to a {@link ScriptedUpstream}, as a script sees it. */
final class UpstreamLink {

  private static final Pattern REQUEST_LINE =
      Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+ [!-\"$-~]+ HTTP/1\\.1");
  private static final Pattern FIELD =
      Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\\t -~\\x80-\\xff]*");

  private final Socket socket;
  private final int number;
  private final MessageReader reader;
  private ReceivedRequest current;
  private boolean ended;

  UpstreamLink(Socket socket, int number) throws IOException {
    this.socket = socket;
    this.number = number;
    this.reader = new MessageReader(socket.getInputStream());
    socket.setTcpNoDelay(true);
  }

  /** The next request's head, or null if the gateway closed the connection. */
  ReceivedRequest next() throws IOException {
    Head head = reader.head();
    if (head == null) {
      return null;
    }
    check(head);
    current = new ReceivedRequest(number, head);
    return current;
  }

  /** Reads the rest of the request. */
  UpstreamLink readBody() throws IOException {
    if (current.complete()) {
      return this;
    }
    if (current.header("Transfer-Encoding") != null) {
      reader.chunked(current::append);
    } else if (current.header("Content-Length") != null) {
      reader.exactly(Long.parseLong(current.header("Content-Length")), current::append);
    }
    current.end();
    return this;
  }

  UpstreamLink send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  UpstreamLink send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** The next byte beyond the request, or -1 if the gateway closed: for tunnels. */
  int read() throws IOException {
    return reader.read();
  }

  /** Adds all that comes until the gateway closes its side: for tunnels. */
  void readAll(StringBuilder all) throws IOException {
    reader.untilClose((bytes, length) -> all.append(MessageReader.text(bytes, length)));
  }

  /** Waits until the gateway closes, by FIN or RST; whatever it sends until then is dropped. */
  void awaitClosed() throws IOException {
    try {
      reader.untilClose((bytes, length) -> {});
    } catch (SocketException e) {
      // It had bytes that it never read, so that its close was a RST.
    }
  }

  /** Closes as servers do: what was sent arrives, then comes a FIN. */
  void close() throws IOException {
    ended = true;
    socket.shutdownOutput();
  }

  /** Closes with a RST. */
  void reset() throws IOException {
    ended = true;
    socket.setSoLinger(true, 0);
    socket.close();
  }

  boolean ended() {
    return ended || socket.isClosed();
  }

  /** How a body is framed has to be plain to every reader. */
  private static void check(Head head) throws MessageReader.MalformedException {
    if (!REQUEST_LINE.matcher(head.line()).matches()) {
      throw new MessageReader.MalformedException("request line: " + head.text());
    }
    for (String field : head.fields()) {
      if (!FIELD.matcher(field).matches()) {
        throw new MessageReader.MalformedException("header " + field + " of " + head.text());
      }
    }
    List<String> lengths = head.headers("Content-Length");
    List<String> codings = head.headers("Transfer-Encoding");
    if (lengths.size() + codings.size() > 1
        || !lengths.stream().allMatch(length -> length.matches("[0-9]{1,18}"))
        || !codings.stream().allMatch("chunked"::equals)
        || head.headers("Host").size() != 1) {
      throw new MessageReader.MalformedException("framing: " + head.text());
    }
  }
}
