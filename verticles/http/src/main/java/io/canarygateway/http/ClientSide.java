package io.canarygateway.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;

/**
 * The client's side of a request.
 *
 * @param context where bytes are written
 * @param peer who it is
 * @param deadline when it has been silent for too long
 * @param deadlines for how long it may be silent
 */
record ClientSide(
    ChannelHandlerContext context,
    Peer peer,
    Deadlines.Deadline deadline,
    ClientDeadlines deadlines) {

  /** It may be silent for as long as one of its lists allows. */
  void await(Deadlines list) {
    list.begin(deadline, deadlines.now());
  }

  /** It is not waited for any more, if it was for that. */
  void stopWaiting(Deadlines list) {
    if (deadline.isIn(list)) {
      deadline.cancel();
    }
  }

  /** Closes with a reset, so that what was sent does not look complete. */
  void reset() {
    context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
    context.close();
  }
}
