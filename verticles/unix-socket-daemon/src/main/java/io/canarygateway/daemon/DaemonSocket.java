package io.canarygateway.daemon;

import io.canarygateway.flags.Problem;
import io.canarygateway.message.ListenException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** One socket of the daemon, with its file and its meters. Its methods block. */
final class DaemonSocket {

  private final String key;
  private final Path path;
  private final SocketServer server;
  private final RouteSocket socket;
  private final SocketMeters meters;
  private final SocketFile file;

  /**
   * A socket that is not open yet.
   *
   * @param key the setting of the path
   */
  DaemonSocket(
      String key, Path path, SocketServer server, RouteSocket socket, SocketMeters meters) {
    this.key = key;
    this.path = path;
    this.server = server;
    this.socket = socket;
    this.meters = meters;
    this.file = new SocketFile(key, path);
  }

  Path path() {
    return path;
  }

  /** The part of the socket that answers. */
  RouteSocket answering() {
    return socket;
  }

  /** The meters of the socket. */
  SocketMeters meters() {
    return meters;
  }

  /** Code that asks the socket before clients know its name. */
  interface WarmingUp {
    void run(Path bound);
  }

  /**
   * Opens the socket. Afterwards clients can connect.
   *
   * @param warmingUp runs before clients know the socket
   * @throws ListenException if it cannot be opened; the message is one line for operators
   */
  void open(WarmingUp warmingUp) {
    try {
      file.check();
      listen();
      warmingUp.run(file.bound());
      socket.countFromNow();
      file.publish();
    } catch (IOException | InterruptedException e) {
      closeQuietly();
      throw new ListenException(Objects.requireNonNullElse(e.getMessage(), e.toString()));
    } catch (ListenException e) {
      closeQuietly();
      throw e;
    }
  }

  private void listen() throws InterruptedException {
    try {
      server.listen(socket, file.bound());
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new ListenException(
          key + ": " + Problem.quote(path.toString()) + " (cannot listen: " + e.getMessage() + ")");
    }
  }

  private void closeQuietly() {
    try {
      close();
    } catch (IOException | InterruptedException e) {
      // What cannot be opened leaves nothing that clients know.
    }
  }

  /** Removes the file, so that no client connects any more. */
  void unpublish() throws IOException {
    file.remove();
  }

  /** Closes the socket. Its connections get one more answer at most. */
  void close() throws IOException, InterruptedException {
    try {
      file.remove();
    } finally {
      server.close(socket);
    }
  }
}
