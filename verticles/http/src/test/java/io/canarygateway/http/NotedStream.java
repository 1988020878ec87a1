package io.canarygateway.http;

import java.util.Queue;

/** Notes what is heard of a client. */
class NotedStream implements StreamListener {

  private final Queue<String> events;

  NotedStream(Queue<String> events) {
    this.events = events;
  }

  @Override
  public void clientGone() {
    events.add("gone");
  }

  @Override
  public void bodyMalformed() {
    events.add("malformed");
  }

  @Override
  public void bodyOverdue() {
    events.add("overdue");
  }

  @Override
  public void unreadOverdue() {
    events.add("unread");
  }

  @Override
  public void writabilityRestored() {
    events.add("writable");
  }

  @Override
  public void bodyFlushed() {
    events.add("flush");
  }
}
