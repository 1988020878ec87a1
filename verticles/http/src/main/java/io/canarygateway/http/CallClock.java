package io.canarygateway.http;

/**
 * The timeout of one upstream call: one for each step, or one for the whole call ({@link
 * TargetSettings#wholeCall}). Confined to the target's event loop.
 */
final class CallClock {

  private final UpstreamTarget target;
  private final Deadlines.Deadline deadline;

  CallClock(UpstreamTarget target, Deadlines.Owner owner) {
    this.target = target;
    this.deadline = new Deadlines.Deadline(owner);
  }

  /** Starts the timeout of the whole call. */
  void begin() {
    target.deadlineBegun();
    target.waits().begin(deadline, target.now());
  }

  /** Starts the timeout of the next step, for which the upstream is waited for. */
  void await(Deadlines list) {
    if (!target.wholeCall()) {
      target.deadlineBegun();
      list.begin(deadline, target.now());
    }
  }

  /** Stops the timeout of a step, because it is the client that is waited for. */
  void pause() {
    if (!target.wholeCall()) {
      deadline.cancel();
    }
  }

  /** Stops every timeout, because the call is over. */
  void end() {
    deadline.cancel();
  }
}
