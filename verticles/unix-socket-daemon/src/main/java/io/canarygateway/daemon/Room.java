package io.canarygateway.daemon;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The connections that one event loop serves, in the order in which their time is up: then they are
 * cut, or go to another room. On that event loop, but for what is said to be for any thread.
 */
final class Room implements Executor {

  private static final long SWEEP_MS = 50;

  /** Ending a connection takes some microseconds; nobody else is served meanwhile. */
  private static final int SWEPT_AT_A_TIME = 16;

  /** Long enough for the event loop to turn to all others. */
  private static final long NEXT_TURN_MS = 1;

  /** What a connection may have in all; kept alive, between two lines. */
  static final Duration TIME = Duration.ofSeconds(1);

  /** Who asks at all has done so by then. */
  private static final long MOVED_FROM_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** Later they stay until they are cut, as elsewhere they would come after those who are newer. */
  private static final long MOVED_UNTIL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final EventLoop loop;
  private final DaemonMetrics metrics;
  private final int capacity;
  private final Room waitingRoom;
  private final Promise<Void> drained;
  private final Set<Conversation> conversations = new LinkedHashSet<>();
  private boolean draining;

  /**
   * A room with nobody in it. To be called by a verticle.
   *
   * @param metrics its own
   * @param capacity with how many connections it is full, so that new ones better go elsewhere
   * @param waitingRoom where those go that say nothing; null if they stay until they are cut
   */
  Room(EventLoop loop, DaemonMetrics metrics, int capacity, Room waitingRoom) {
    this.loop = loop;
    this.metrics = metrics;
    this.capacity = capacity;
    this.waitingRoom = waitingRoom;
    this.drained = loop.newPromise();
    metrics.reportOn(this);
    loop.schedule(this::sweep, SWEEP_MS, TimeUnit.MILLISECONDS);
  }

  EventLoop loop() {
    return loop;
  }

  /** Runs something on the event loop, unless that has ended. For any thread. */
  @Override
  public void execute(Runnable action) {
    if (!loop.isShuttingDown()) {
      loop.execute(action);
    }
  }

  DaemonMetrics metrics() {
    return metrics;
  }

  boolean isFull() {
    return conversations.size() >= capacity;
  }

  /** Somebody new, who pushes out the one that has been quiet for the longest time, if need be. */
  void enter(Conversation conversation, boolean pushing) {
    Iterator<Conversation> byTime = conversations.iterator();
    if (pushing && byTime.hasNext()) {
      Conversation quietest = byTime.next();
      byTime.remove();
      quietest.cut();
    }
    conversations.add(conversation);
  }

  /** A kept connection has all of its time again, and so is the last whose time is up. */
  void wentOn(Conversation conversation) {
    if (conversations.remove(conversation)) {
      conversations.add(conversation);
    }
  }

  /** A connection is closed. */
  void left(Conversation conversation) {
    conversations.remove(conversation);
    tellWhenDrained();
  }

  /** Whoever is there, or in the waiting room, gets an answer within its time. For any thread. */
  void drain() {
    execute(
        () -> {
          draining = true;
          List.copyOf(conversations).forEach(Conversation::drain);
          tellWhenDrained();
          if (waitingRoom != null) {
            loop.execute(waitingRoom::drain); // After those who are on their way there.
          }
        });
  }

  /** Blocks until nobody is there any more; for any thread. */
  void awaitDrained(long deadlineNanos) throws InterruptedException {
    drained.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  private void tellWhenDrained() {
    if (draining && conversations.isEmpty()) {
      drained.trySuccess(null);
    }
  }

  private void sweep() {
    int swept = 0;
    try {
      swept = sweepSome();
    } finally {
      long pause = swept == SWEPT_AT_A_TIME ? NEXT_TURN_MS : SWEEP_MS;
      loop.schedule(this::sweep, pause, TimeUnit.MILLISECONDS);
    }
  }

  private int sweepSome() {
    boolean moving = waitingRoom != null && !draining && conversations.size() > capacity / 2;
    long now = System.nanoTime();
    int swept = 0;
    Iterator<Conversation> byTime = conversations.iterator();
    while (swept < SWEPT_AT_A_TIME && byTime.hasNext()) {
      Conversation conversation = byTime.next();
      long quiet = conversation.quietNanos(now);
      if (quiet >= TIME.toNanos()) {
        byTime.remove();
        conversation.cut();
        swept++;
      } else if (!moving || quiet < MOVED_FROM_NANOS) {
        break;
      } else if (quiet < MOVED_UNTIL_NANOS) {
        byTime.remove();
        conversation.moveTo(waitingRoom);
        swept++;
      }
    }
    return swept;
  }
}
