package io.canarygateway.http;

/**
 * The timeout of one upstream call: one for each step, or one for the whole call ({@link
 * Endpoint#wholeCall}). Confined to the pool's event loop.
 */
final class CallClock {

  private final UpstreamPool pool;
  private final Deadlines.Deadline deadline;

  CallClock(UpstreamPool pool, Deadlines.Owner owner) {
    this.pool = pool;
    this.deadline = new Deadlines.Deadline(owner);
  }

  /** Starts the timeout of the whole call. */
  void begin() {
    pool.waits().begin(deadline, pool.now());
  }

  /** Starts the timeout of the next step, for which the upstream is waited for. */
  void await(Deadlines list) {
    if (!pool.wholeCall()) {
      list.begin(deadline, pool.now());
    }
  }

  /** Stops the timeout of a step, because it is the client that is waited for. */
  void pause() {
    if (!pool.wholeCall()) {
      deadline.cancel();
    }
  }

  /** Stops every timeout, because the call is over. */
  void end() {
    deadline.cancel();
  }
}
