package io.canarygateway.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections of HTTP/2 of one pool. A call goes on the oldest connection that has room.
 * Confined to the pool's event loop.
 */
final class Http2Connections implements ConnectionListener<Http2UpstreamConnection> {

  /** What a pool decides about. */
  interface Owner {

    /** Gives a connection's stream to the call that waits longest, if any waits. */
    boolean serveWaiting(Http2UpstreamConnection connection);

    /** Whether one more idle connection is kept. */
    boolean keepsIdle();

    /** A connection takes calls no more. */
    void connectionGone();
  }

  private final UpstreamLoop loop;
  private final Owner owner;
  private final Deadlines aging;
  private final List<Http2UpstreamConnection> all = new ArrayList<>(1);
  private boolean serving;

  Http2Connections(UpstreamLoop loop, Deadlines aging, Owner owner) {
    this.loop = loop;
    this.aging = aging;
    this.owner = owner;
  }

  /** The number of connections that take calls. */
  int size() {
    return all.size();
  }

  /** The number of calls on them. */
  int calls() {
    int calls = 0;
    for (Http2UpstreamConnection connection : all) {
      calls += connection.calls();
    }
    return calls;
  }

  /** The number of connections without calls. */
  int idle() {
    int idle = 0;
    for (Http2UpstreamConnection connection : all) {
      idle += connection.isIdle() ? 1 : 0;
    }
    return idle;
  }

  /** A stream for a call; null if no connection has room. */
  @Nullable CallCarrier open() {
    Http2UpstreamConnection free = free();
    return free == null ? null : open(free);
  }

  /** A stream for a call on a connection that has room. */
  static CallCarrier open(Http2UpstreamConnection connection) {
    Http2UpstreamStream stream = new Http2UpstreamStream(connection, connection.isUsed());
    connection.open(stream);
    return stream;
  }

  /** Adds a connection that is ready. */
  void add(Http2UpstreamConnection connection) {
    all.add(connection);
    released(connection);
  }

  /** Closes idle connections now, and each other connection after its calls. */
  void retire() {
    List.copyOf(all).forEach(Http2UpstreamConnection::close);
  }

  /** Closes the idle connections if there are too many sockets. */
  void sweep() {
    if (!all.isEmpty() && loop.crowded()) {
      List.copyOf(all).stream()
          .filter(Http2UpstreamConnection::isIdle)
          .forEach(Http2UpstreamConnection::close);
    }
  }

  @Override
  public void released(Http2UpstreamConnection connection) {
    serve();
    if (connection.isIdle() && all.contains(connection)) {
      if (owner.keepsIdle()) {
        aging.begin(connection.aging, loop.now());
      } else {
        connection.close();
      }
    }
  }

  private void serve() {
    if (serving) {
      return; // A call that was just begun has ended already. The loop below goes on.
    }
    serving = true;
    try {
      Http2UpstreamConnection free = free();
      while (free != null && owner.serveWaiting(free)) {
        free = free();
      }
    } finally {
      serving = false;
    }
  }

  private @Nullable Http2UpstreamConnection free() {
    for (Http2UpstreamConnection connection : all) {
      if (connection.hasRoom()) {
        return connection;
      }
    }
    return null;
  }

  @Override
  public void closed(Http2UpstreamConnection connection) {
    connection.aging.cancel();
    if (all.remove(connection)) {
      owner.connectionGone();
    }
  }
}
