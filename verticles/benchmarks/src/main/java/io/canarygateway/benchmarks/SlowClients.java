package io.canarygateway.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Many slow connections to an HTTP server, all on the thread that calls {@link #turn()}.
 * Connections that the server closes are opened again.
 */
final class SlowClients implements Closeable {

  /** The behaviour of a slow client. After its first bytes it acts once a second. */
  enum Kind {
    NOBODY(""),
    SILENT(""),
    SLOW_HEAD("GET / HTTP/1.1\r\nHost: slow\r\nX-Slow: "),
    SLOW_BODY("POST /up HTTP/1.1\r\nHost: slow\r\nContent-Length: 1000000\r\n\r\n"),
    SLOW_READING("GET /down/1m HTTP/1.1\r\nHost: slow\r\n\r\n");

    private final byte[] first;

    Kind(String first) {
      this.first = first.getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** The calls of {@link #turn()} a second that the caller makes. */
  static final int TURNS_A_SECOND = 100;

  /** New connections in each turn: 2,000 a second. More would be another kind of attack. */
  private static final int OPENED_A_TURN = 20;

  private static final int READ_AT_ONCE = 64;
  private static final int RECEIVE_BUFFER = 4_096;

  private final InetSocketAddress address;
  private final Kind kind;
  private final int wanted;
  private final Selector selector = Selector.open();
  private final List<SocketChannel> channels = new ArrayList<>();
  private final ByteBuffer little = ByteBuffer.allocateDirect(READ_AT_ONCE);
  private int turn;
  private int connected;
  private int mostConnected;
  private long opened;
  private long cut;

  SlowClients(int port, Kind kind, int wanted) throws IOException {
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.kind = kind;
    this.wanted = kind == Kind.NOBODY ? 0 : wanted;
  }

  /** The connections opened so far. */
  long opened() {
    return opened;
  }

  /** The most connections at a time. */
  int mostConnected() {
    return mostConnected;
  }

  /** The connections that the server closed. */
  long cut() {
    return cut;
  }

  /** Opens some connections, and lets one in {@value #TURNS_A_SECOND} act. */
  void turn() throws IOException {
    for (int i = 0; i < OPENED_A_TURN && channels.size() < wanted; i++) {
      open();
    }
    selector.selectNow(this::ready);
    for (int i = turn; i < channels.size(); i += TURNS_A_SECOND) {
      SocketChannel channel = channels.get(i);
      if (channel.isConnected() && !isAlive(channel)) {
        drop(channel);
      }
    }
    turn = (turn + 1) % TURNS_A_SECOND;
    channels.removeIf(channel -> !channel.isOpen());
  }

  private void open() throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    if (kind == Kind.SLOW_READING) {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
    }
    channels.add(channel);
    channel.register(selector, SelectionKey.OP_CONNECT);
    if (channel.connect(address)) {
      begin(channel);
    }
  }

  private void ready(SelectionKey key) {
    SocketChannel channel = (SocketChannel) key.channel();
    try {
      if (key.isConnectable()) {
        channel.finishConnect();
        begin(channel);
      } else if (channel.read(little.clear()) < 0) {
        drop(channel);
      }
    } catch (IOException e) {
      drop(channel);
    }
  }

  private void begin(SocketChannel channel) throws IOException {
    opened++;
    connected++;
    mostConnected = Math.max(mostConnected, connected);
    // A slow reader must not read early; other clients notice a close at once.
    channel.keyFor(selector).interestOps(kind == Kind.SLOW_READING ? 0 : SelectionKey.OP_READ);
    channel.write(ByteBuffer.wrap(kind.first));
  }

  /** Whether the connection is open, as far as its action shows. */
  private boolean isAlive(SocketChannel channel) {
    try {
      little.clear();
      return switch (kind) {
        case NOBODY, SILENT -> true;
        case SLOW_HEAD, SLOW_BODY -> channel.write(little.put((byte) 'a').flip()) >= 0;
        case SLOW_READING -> channel.read(little) >= 0;
      };
    } catch (IOException e) {
      return false;
    }
  }

  private void drop(SocketChannel channel) {
    if (channel.isConnected()) {
      connected--;
      cut++;
    }
    try {
      channel.close();
    } catch (IOException e) {
      // The connection is given up anyway.
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
    channels.clear();
    selector.close();
  }
}
