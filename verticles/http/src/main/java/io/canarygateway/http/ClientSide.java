package io.canarygateway.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;

/**
 * The client's side of a request, shared by the classes that serve it. Confined to the connection's
 * event loop.
 *
 * @param context the place in the pipeline where bytes are written
 * @param address the client's address
 * @param deadline the one deadline of this connection
 * @param deadlines the lists that the deadline may be in
 */
record ClientSide(
    ChannelHandlerContext context,
    ClientAddress address,
    Deadlines.Deadline deadline,
    ClientDeadlines deadlines) {

  /** Starts the deadline anew, in a list. */
  void await(Deadlines list) {
    list.begin(deadline, deadlines.now());
  }

  /** Cancels the deadline if it is in a list. */
  void stopWaiting(Deadlines list) {
    if (deadline.isIn(list)) {
      deadline.cancel();
    }
  }

  /**
   * Ends writing only, and gives the client a second to read the response and to close.
   *
   * @return false if the channel cannot end one direction alone
   */
  boolean linger() {
    if (context.channel() instanceof DuplexChannel duplex) {
      await(deadlines.lingering);
      duplex.shutdownOutput();
      return true;
    }
    return false;
  }

  /** Closes with a TCP reset, so that a response without a length does not look complete. */
  void reset() {
    context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
    context.close();
  }
}
