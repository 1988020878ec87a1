package io.canarygateway.daemon;

import io.canarygateway.decision.Assigner;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * One socket of a {@link SocketServer}: what its clients are told, and its meters. For any thread.
 */
final class RouteSocket {

  private final Assigner assigner;
  private final ConnectionGroup active;
  private final ConnectionGroup silent;
  private final DaemonMetrics ofActive;
  private final DaemonMetrics ofSilent;
  private volatile double share;
  private volatile boolean counting;
  private volatile boolean closing;
  private volatile @Nullable Channel channel;

  /**
   * Creates a socket that does not listen yet, on the context of the verticle.
   *
   * @param ofActive the meters of the connections in the active group
   * @param ofSilent the meters of the connections in the silent group
   */
  RouteSocket(
      Assigner assigner,
      ConnectionGroup active,
      ConnectionGroup silent,
      DaemonMetrics ofActive,
      DaemonMetrics ofSilent) {
    this.assigner = assigner;
    this.active = active;
    this.silent = silent;
    this.ofActive = ofActive;
    this.ofSilent = ofSilent;
    ofActive.reportOn(active);
    ofSilent.reportOn(silent);
  }

  /** Sets the share of the assignments that goes to canary, from 0 to 1. */
  void share(double fraction) {
    share = fraction;
  }

  /** Counts connections in the meters from now on; the warm-up's connections do not count. */
  void countFromNow() {
    counting = true;
  }

  boolean isCounting() {
    return counting;
  }

  /** Whether no connection may send another line. */
  boolean isClosing() {
    return closing;
  }

  void listensAt(Channel listening) {
    channel = listening;
  }

  /** The answer to a line. */
  Answer answerTo(byte[] line, int length) {
    return Answer.to(line, length, share, assigner);
  }

  /** The answer to a line that is too long to be an assignment. */
  Answer refusing() {
    return Answer.refusing(assigner);
  }

  /** The meters of the connections of a group, on the group's event loop. */
  DaemonMetrics metrics(ConnectionGroup group) {
    return group == active ? ofActive : ofSilent;
  }

  /** Accepts no more connections. Blocks. */
  void stopListening() throws InterruptedException {
    Channel listening = channel;
    if (listening != null) {
      listening.close().await();
    }
  }

  /**
   * Accepts no more connections. The open ones get one more answer at most. Blocks until nobody can
   * connect.
   */
  void close() throws InterruptedException {
    closing = true;
    stopListening();
    active.drain(this);
    ofActive.stopReporting(active);
    ofSilent.stopReporting(silent);
  }
}
