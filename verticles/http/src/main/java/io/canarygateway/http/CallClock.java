package io.canarygateway.http;

/** How long a call may take for each of its steps, or for all of them together. */
final class CallClock {

  private final UpstreamPool pool;
  private final Deadlines.Deadline deadline;

  CallClock(UpstreamPool pool, Deadlines.Owner owner) {
    this.pool = pool;
    this.deadline = new Deadlines.Deadline(owner);
  }

  /** The call begins. */
  void begin() {
    pool.waits().begin(deadline, pool.now());
  }

  /** Begins to wait for the server's next step, unless all steps have one timeout together. */
  void await(Deadlines list) {
    if (!pool.wholeCall()) {
      list.begin(deadline, pool.now());
    }
  }

  /** It is not the server that is waited for. */
  void pause() {
    if (!pool.wholeCall()) {
      deadline.cancel();
    }
  }

  /** The call is over. */
  void end() {
    deadline.cancel();
  }
}
