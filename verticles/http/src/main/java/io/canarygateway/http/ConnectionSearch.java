package io.canarygateway.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The search for a connection to any address of a target. If an address cannot be connected to, the
 * next one is tried, each once. Confined to the target's event loop.
 */
abstract class ConnectionSearch implements ConnectionWaiter {

  private final UpstreamTarget target;
  private @Nullable Queue queue;
  private List<Endpoint> tried = List.of();

  ConnectionSearch(UpstreamTarget target) {
    this.target = target;
  }

  /** The target whose addresses are tried. */
  final UpstreamTarget target() {
    return target;
  }

  /** Ends the wait for a connection. */
  final void stopWaiting() {
    if (queue != null) {
      queue.cancel(this);
    }
  }

  @Override
  public final void queued(Queue where) {
    queue = where;
  }

  @Override
  public final void unreachable(Endpoint where, CallFailure failure) {
    tried = tried.isEmpty() ? new ArrayList<>() : tried;
    tried.add(where);
    if (!target.acquireOther(this, tried)) {
      refused(failure);
    }
  }
}
