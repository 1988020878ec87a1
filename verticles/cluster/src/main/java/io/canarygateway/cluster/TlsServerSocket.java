package io.canarygateway.cluster;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A listening socket that accepts only connections whose handshake is done. A thread of its own
 * takes new connections from the system, so that JGroups' one thread waits for no handshake.
 */
final class TlsServerSocket extends ServerSocket {

  /**
   * Connections that the system keeps for this process; JGroups asks for 50, which a crowd fills.
   */
  private static final int BACKLOG = 1_024;

  /** How often a waiting thread looks whether the socket was closed. */
  private static final long LOOK_MS = 200;

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Handshakes handshakes;
  private final BlockingQueue<TlsSocket> proven = new ArrayBlockingQueue<>(Handshakes.MAX_OPEN);

  TlsServerSocket(Handshakes handshakes) throws IOException {
    this.handshakes = handshakes;
  }

  @Override
  public void bind(SocketAddress endpoint, int backlog) throws IOException {
    super.bind(endpoint, Math.max(backlog, BACKLOG));
    Handshakes.daemons("cluster-accept").newThread(this::acceptAll).start();
  }

  private void acceptAll() {
    while (!isClosed()) {
      TlsSocket socket = new TlsSocket(handshakes);
      try {
        implAccept(socket);
        handshakes.server(socket, this::offer);
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        socket.abort();
        // The system may have no file or thread for one more connection, which may change.
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private void offer(TlsSocket socket) {
    if (isClosed() || !proven.offer(socket)) {
      socket.abort();
    }
  }

  @Override
  public Socket accept() throws IOException {
    try {
      while (!isClosed()) {
        TlsSocket socket = proven.poll(LOOK_MS, TimeUnit.MILLISECONDS);
        if (socket != null) {
          return socket;
        }
      }
      throw new SocketException("closed");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SocketException("interrupted");
    }
  }

  @Override
  public void close() throws IOException {
    super.close();
    for (TlsSocket socket = proven.poll(); socket != null; socket = proven.poll()) {
      socket.abort();
    }
  }
}
