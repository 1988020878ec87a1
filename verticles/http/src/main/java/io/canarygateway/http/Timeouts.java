package io.canarygateway.http;

/**
 * Timeouts of one length on one event loop, in addition to those of calls. They need no timer each.
 * A timeout is noticed up to 20 ms late. Confined to that event loop.
 */
public final class Timeouts implements UpstreamLoop.Sweeper {

  /** A timeout that has begun. */
  public static final class Timeout implements Deadlines.Owner {

    private final Deadlines.Deadline deadline = new Deadlines.Deadline(this);
    private final Runnable over;

    private Timeout(Runnable over) {
      this.over = over;
    }

    /** Ends the timeout, so that its task does not run. Does nothing if it is over. */
    public void cancel() {
      deadline.cancel();
    }

    @Override
    public void overdue(Deadlines list) {
      over.run();
    }
  }

  private final UpstreamLoop loop;
  private final Deadlines running;

  /**
   * No timeouts yet.
   *
   * @param loop the event loop
   * @param nanos how long each timeout lasts
   */
  public Timeouts(UpstreamLoop loop, long nanos) {
    this.loop = loop;
    this.running = new Deadlines(nanos);
  }

  /**
   * Begins a timeout.
   *
   * @param over runs once on the event loop, when the time is over
   */
  public Timeout begin(Runnable over) {
    Timeout timeout = new Timeout(over);
    loop.add(this);
    running.begin(timeout.deadline, loop.now());
    return timeout;
  }

  @Override
  public void sweep(long now) {
    running.sweep(now);
    if (running.oldest() == null) {
      loop.remove(this);
    }
  }
}
