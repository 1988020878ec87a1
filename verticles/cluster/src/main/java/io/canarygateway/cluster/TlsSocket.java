package io.canarygateway.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A socket whose streams are encrypted once its handshake is done. It is no {@link SSLSocket},
 * because to close one of those may block: this one closes the connection itself.
 */
final class TlsSocket extends Socket {

  private final Handshakes handshakes;
  private volatile @Nullable SSLSocket secured;

  TlsSocket(Handshakes handshakes) {
    this.handshakes = handshakes;
  }

  /** Connects, and makes the handshake, which has a deadline of its own. */
  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    super.connect(endpoint, timeout);
    try {
      handshakes.client(this);
    } catch (IOException e) {
      abort();
      throw e;
    }
  }

  @Override
  public void connect(SocketAddress endpoint) throws IOException {
    connect(endpoint, 0);
  }

  /**
   * Makes the handshake; blocks until it is done or the socket is closed.
   *
   * @param over a TLS socket over this one, which has taken this one's plain streams
   */
  void secure(SSLSocket over) throws IOException {
    over.startHandshake();
    secured = over;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    SSLSocket over = secured;
    return over == null ? super.getInputStream() : over.getInputStream();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    SSLSocket over = secured;
    return over == null ? super.getOutputStream() : over.getOutputStream();
  }

  /** Closes the connection at once; a thread that reads or writes fails. */
  void abort() {
    try {
      close();
    } catch (IOException e) {
      // Nothing of the socket is left to be used.
    }
  }
}
