package io.canarygateway.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A kept-alive connection to the assignment daemon. */
final class DaemonConnection implements AutoCloseable {

  /**
   * Lines that are sent before their answers are read. So few fit into the buffers of both sides.
   */
  private static final int BATCH = 500;

  private final SocketChannel channel;
  private final BufferedReader in;

  DaemonConnection(Path socket) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    in =
        new BufferedReader(
            new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.ISO_8859_1));
  }

  private void send(String text) throws IOException {
    ByteBuffer bytes = StandardCharsets.ISO_8859_1.encode(text);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Gets a new assignment. */
  String fresh() throws IOException {
    send("\n");
    String assignment = in.readLine();
    in.readLine();
    return assignment;
  }

  /** Whether an assignment goes to canary. */
  boolean canary(String assignment) throws IOException {
    send(assignment + "\n");
    return answer(assignment);
  }

  /** For each assignment, whether it goes to canary. */
  boolean[] canary(List<String> assignments) throws IOException {
    boolean[] canary = new boolean[assignments.size()];
    for (int from = 0; from < canary.length; from += BATCH) {
      int to = Math.min(from + BATCH, canary.length);
      send(String.join("\n", assignments.subList(from, to)) + "\n");
      for (int i = from; i < to; i++) {
        canary[i] = answer(assignments.get(i));
      }
    }
    return canary;
  }

  private boolean answer(String assignment) throws IOException {
    String first = in.readLine();
    String location = in.readLine();
    if (!assignment.equals(first) || !List.of("canary", "master").contains(location)) {
      throw new IOException(assignment + " was answered " + first + ", " + location);
    }
    return location.equals("canary");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
