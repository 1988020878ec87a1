package io.canarygateway.launcher;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A client of the daemon's socket; it blocks. */
final class UnixSocketClient {

  private UnixSocketClient() {}

  static SocketChannel connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    return channel;
  }

  static void write(SocketChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Everything up to the end of the connection. */
  static String readAll(SocketChannel channel) throws IOException {
    StringBuilder text = new StringBuilder();
    ByteBuffer bytes = ByteBuffer.allocate(1024);
    try {
      while (channel.read(bytes) >= 0) {
        text.append(StandardCharsets.ISO_8859_1.decode(bytes.flip()));
        bytes.clear();
      }
    } catch (IOException e) {
      text.append("(reset)"); // What was not read when the daemon closed.
    }
    return text.toString();
  }

  /** What the daemon says to a text on a connection of its own, until it closes. */
  static String ask(Path socket, String text) throws IOException {
    try (SocketChannel channel = connect(socket)) {
      write(channel, text);
      return readAll(channel);
    }
  }
}
