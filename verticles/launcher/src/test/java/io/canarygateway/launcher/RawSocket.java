package io.canarygateway.launcher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client that says exactly what it is told to. */
final class RawSocket implements AutoCloseable {

  private static final int READ_TIMEOUT_MS = 20_000;

  private final Socket socket;
  private final MessageReader reader;

  RawSocket(int port) throws IOException {
    this(port, 0);
  }

  /** One whose system takes in about so many bytes before they are read; 0 leaves it as it is. */
  RawSocket(int port, int receiveBuffer) throws IOException {
    socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout(READ_TIMEOUT_MS);
    socket.setTcpNoDelay(true);
    reader = new MessageReader(socket.getInputStream());
  }

  RawSocket send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  RawSocket send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Reads until the other side closes. */
  String readAll() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      reader.untilClose((bytes, length) -> all.write(bytes, 0, length));
    } catch (SocketException e) {
      // A reset ends the reading too.
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  /** Reads until a text was seen. */
  String readUntil(String end) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(end) < 0) {
      int next = reader.read();
      if (next < 0) {
        throw new IOException("closed after: " + read);
      }
      read.append((char) next);
    }
    return read.toString();
  }

  /** Reads the next response; null if the connection ended instead. */
  Reply reply() throws IOException {
    return reply("GET");
  }

  /** Reads the next response to a method. */
  Reply reply(String method) throws IOException {
    return Reply.read(reader, method);
  }

  /** All responses that come until the other side closes. */
  List<Reply> replies() throws IOException {
    List<Reply> all = new ArrayList<>();
    for (Reply reply = reply(); reply != null; reply = reply()) {
      all.add(reply);
    }
    return all;
  }

  /** The next byte, or -1 if the other side closed. */
  int read() throws IOException {
    return reader.read();
  }

  /** Sends a FIN, and still reads. */
  RawSocket halfClose() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Closes with a RST instead of a FIN. */
  void abort() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
